"""Profiles: sets of defaults for a purpose.

In: nothing. Out: `PROFILES`, by name, values as they would be written. Never: an option that has to do with one service
alone.

| profile | for |
|---|---|
| `dev` | a developer's machine: one process, documents |
| `staging` | as in production, with documents |
| `prod` | production |
| `prod-high-throughput` | many connections and long queues: bursts wait instead of being turned away |
| `prod-low-latency` | short queues: what cannot be answered soon is turned away at once |
"""

from __future__ import annotations

from typing import Final

PROFILES: Final[dict[str, dict[str, str]]] = {
    "dev": {"reactors": "0"},
    "staging": {},
    "prod": {},
    "prod-high-throughput": {
        "limits_backlog": "8192",
        "limits_connections": "50000",
        "limits_in_flight": "8192",
        "limits_pipeline_turn": "128",
        "limits_queue_target": "20ms",
        "limits_queue_interval": "500ms",
        "limits_loop_target": "1s",
        "limits_write_buffer": "256KiB",
    },
    "prod-low-latency": {
        "limits_backlog": "512",
        "limits_in_flight": "128",
        "limits_pipeline_turn": "8",
        "limits_queue_target": "2ms",
        "limits_queue_interval": "50ms",
        "limits_loop_target": "5ms",
        "limits_write_buffer": "32KiB",
    },
}
"""Option name to text, by profile."""

DOCUMENTED: Final = frozenset(("dev", "staging"))
"""Profiles in which a service shows its documents."""
