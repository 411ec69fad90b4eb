"""PostgreSQL's settings for an embedded server.

Two kinds: throw-away (tests, code generation) never waits for a disk; durable (a developer's own data) does.
`initdb` gets a locale that no machine's C library can change, so that every machine sorts alike.
"""

from collections.abc import Mapping
from pathlib import Path

SUPERUSER = "postgres"

INITDB_ARGUMENTS = (
    f"--username={SUPERUSER}",
    "--auth=trust",  # never in force: every start names its own pg_hba.conf
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--wal-segsize=1",  # MB; a template of 16 MB less to copy
    "--no-data-checksums",
    "--no-sync",
    "--no-instructions",
)

HBA = """\
# The socket lies in a directory that only its owner can enter; TCP asks for the password.
local all all trust
host  all all 127.0.0.1/32 scram-sha-256
"""

_COMMON = {
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "max_connections": "100",
    "log_checkpoints": "off",
}

_THROW_AWAY = {
    "fsync": "off",  # a commit is still written to the kernel, so it survives a crash of the server
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "io_method": "sync",  # no worker processes to start
}


def server_settings(
    run_directory: Path, *, port: int, tcp: bool, durable: bool, own: Mapping[str, str]
) -> dict[str, str]:
    """What `postgres` is told on its command line; `own` wins over everything but the addresses."""
    quoted = f'"{run_directory}"'
    return {
        **_COMMON,
        **({} if durable else _THROW_AWAY),
        **own,
        "listen_addresses": "127.0.0.1" if tcp else "",
        "port": str(port),
        "unix_socket_directories": quoted,
        "hba_file": str(run_directory / "pg_hba.conf"),
    }
