"""What a run of the benchmark of features found, as a table.

In: µs of CPU per request, by case, one number per round. Out: Markdown. Never: measuring.
"""

import statistics

from perf.features.cases import CASES

Samples = dict[str, list[float]]


def report(samples: Samples) -> str:
    """A Markdown table of medians: what a feature costs over the same request without it."""
    median = {name: statistics.median(values) for name, values in samples.items()}
    out = ["| what | µs | over |", "|---|---|---|"]
    for case in CASES:
        cost = median[case.name] - (median[case.over] if case.over else 0.0)
        out.append(f"| {case.what} | {cost:.2f} | {f'`{case.over}`' if case.over else ''} |")
    return "\n".join(out)
