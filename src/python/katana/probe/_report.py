"""What a probe has to say.

In: an outcome, and the files that documents came from. Out: text: a line for each finding, the command that repeats
it, and a summary. Never: more than a few findings of one sort for one operation.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from katana.probe._contract import Operation
from katana.probe._credentials import Credentials
from katana.probe._session import Finding, Outcome

_MOST_ALIKE: Final = 3


class Places:
    """Where operations stand in files that people wrote."""

    def __init__(self, files: Iterable[Path]) -> None:
        self._texts = {file: file.read_text(encoding="utf-8").splitlines() for file in files}

    def of(self, operation: Operation) -> str:
        """`users.yaml:42: create_user`; without a file that names the operation, its name alone."""
        named = re.compile(rf"""["']?operationId["']?\s*:\s*["']?{re.escape(operation.name)}["']?\s*([,}}#].*)?$""")
        pathed = re.compile(rf"""\s*["']?{re.escape(operation.template)}["']?\s*:""")
        for wanted in (named.search, pathed.match):
            for file, lines in self._texts.items():
                for number, line in enumerate(lines, 1):
                    if wanted(line):
                        return f"{file}:{number}: {operation.name}"
        return operation.name


def lines(outcome: Outcome, places: Places, credentials: Credentials) -> Iterator[str]:
    """The report. Secrets are replaced by the names of their schemes."""
    alike: Counter[tuple[str, str]] = Counter()
    for finding in outcome.findings:
        sort = finding.operation.name, _sort(finding)
        alike[sort] += 1
        if alike[sort] <= _MOST_ALIKE:
            cause = f"\n  because: {finding.cause}" if finding.cause else ""
            where = places.of(finding.operation)
            text = f"{where}: {finding.case}: {finding.fault}{cause}\n  {finding.request.curl()}"
            yield credentials.hidden(text)
    for (name, _), count in alike.items():
        if count > _MOST_ALIKE:
            yield f"{name}: {count - _MOST_ALIKE} more like these"
    for operation, reason in outcome.skipped:
        yield f"{places.of(operation)}: note: {reason}"
    yield summary(outcome)


def summary(outcome: Outcome) -> str:
    """One line of counts."""
    failed = len(outcome.findings)
    result = f"{failed} failed check{'s' if failed != 1 else ''}" if failed else "every answer keeps the contract"
    return f"{outcome.operations} operations, {outcome.requests} requests: {result}"


def _sort(finding: Finding) -> str:
    """What findings have in common that one mistake causes."""
    return finding.cause or re.sub(r"\d+|'[^']*'|\"[^\"]*\"|\(.*\)", "", finding.fault)
