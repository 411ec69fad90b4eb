"""Coverage-guided fuzzing of the HTTP/1.1 core: inputs that reach new code are kept and changed further.

`./pants run tests/fuzz:http1 -- [-max_total_time=SECONDS] [-runs=N]`, options of libFuzzer. Each input is checked as in
`test_http1_fuzz`: nothing but a Problem comes out, and no cut of the bytes changes which requests are accepted. An
input that fails is printed, and kept in the directory that `-artifact_prefix=DIR/` names.
"""

from __future__ import annotations

import random
import sys
import tempfile
import zlib
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["katana.runtime.http1", "katana.runtime._headers"]):
    from conformance.http1.test_http1_fuzz import INPUTS, check

_LONGEST = 4096


def one(data: bytes) -> None:
    """Checks one input; where it is cut follows from its bytes, so a failure can be repeated."""
    check(data[:_LONGEST], random.Random(zlib.crc32(data)))


def main() -> None:
    """Fuzz from the rows of the conformance tables on, until a limit in the options is reached."""
    with tempfile.TemporaryDirectory() as corpus:
        for number, data in enumerate(INPUTS):
            (Path(corpus) / str(number)).write_bytes(data)
        atheris.Setup([sys.argv[0], f"-artifact_prefix={corpus}/", *sys.argv[1:], corpus], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
