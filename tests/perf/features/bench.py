"""What each feature of a contract costs: µs of CPU per request inside the generated code.

`./pants run tests/perf/features:bench -- [--rounds N] [--json FILE]`. Routes, decodes, validates, calls a controller
that does nothing, encodes; no socket, so the figures are those of the generated code alone. Rounds alternate between
the cases, medians are reported, and each case is shown over the one that lacks its feature.
"""

import argparse
import datetime as dt
import json
import platform
import sys
import time
from collections.abc import AsyncIterable, Coroutine
from pathlib import Path
from typing import Any, cast

from features_api.api import DefaultApi
from features_api.dto import User
from features_api.responses import ReplyHeaderOk
from features_api.routes import FeaturesRouter

from katana.runtime import ByteStream, Ctx, Headers, NoContent, NotFound, Problem, Reply, StreamReply
from katana.runtime.sql import Database
from perf.features.cases import CASES, Case
from perf.features.table import Samples, report

_USER = User(
    id=42,
    name="Ada Lovelace",
    email="ada@example.com",
    bio=None,
    created_at=dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC),
)
_RESULTS: dict[str, Any] = {
    "reply_object": _USER,
    "reply_header": ReplyHeaderOk(body=_USER, location="/users/42"),
    "reply_hundred": [_USER] * 100,
    "reply_problem": NotFound("user.not_found"),
}
_SLICE_SECONDS = 0.05


def _controller() -> DefaultApi:
    """A controller whose methods do nothing but read what streams."""

    def method(name: str) -> Any:
        result = _RESULTS.get(name, NoContent())

        async def call(*_arguments: object, **_parameters: object) -> Any:
            return result

        return call

    async def read(_api: object, _ctx: Ctx, body: AsyncIterable[object]) -> NoContent:
        async for _ in body:
            pass
        return NoContent()

    methods = {name: method(name) for name in DefaultApi.__abstractmethods__} | {"body_lines": read}
    return cast("type[DefaultApi]", type("Controller", (DefaultApi,), methods))()


def _run(coroutine: Coroutine[Any, Any, Reply | StreamReply]) -> Reply | StreamReply | None:
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return cast("Reply | StreamReply", stop.value)
    except Problem:
        return None
    raise RuntimeError("the endpoint waits")


def _request(router: FeaturesRouter, case: Case, method: str, headers: Headers) -> Reply | StreamReply | None:
    found = router.match(case.path)
    assert found is not None
    resource, args = found
    ctx = Ctx(
        method=method,
        path=case.path,
        args=args,
        query_string=case.query,
        headers=headers,
        body=case.body,
        db=cast("Database", None),
    )
    endpoint = resource.methods[method]
    if endpoint.streams:
        ctx.stream = ByteStream.of(case.body)
    return _run(endpoint.call(ctx))


def _sample(router: FeaturesRouter, case: Case) -> float:
    """µs of CPU per request, measured for a slice of time."""
    method = "POST" if case.body else "GET"
    headers = Headers(case.headers)
    if (_request(router, case, method, headers) is None) is not case.wrong:
        raise SystemExit(f"{case.name}: the request is {'right' if case.wrong else 'wrong'}")
    count, batch = 0, 50
    start = time.process_time_ns()
    stop = start + int(_SLICE_SECONDS * 1e9)
    now = start
    while now < stop:
        for _ in range(batch):
            _request(router, case, method, headers)
        count += batch
        now = time.process_time_ns()
    return (now - start) / count / 1e3


def main() -> None:
    """Run the benchmark and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", type=Path, help="write all samples here")
    options = parser.parse_args()
    router = FeaturesRouter(default=_controller())
    samples: Samples = {case.name: [] for case in CASES}
    for number in range(options.rounds):
        print(f"round {number + 1}/{options.rounds}", file=sys.stderr)
        for case in CASES:
            samples[case.name].append(round(_sample(router, case), 3))
    print(f"{platform.python_implementation()} {platform.python_version()}, {platform.system()} {platform.machine()}")
    print(report(samples))
    if options.json:
        options.json.write_text(json.dumps(samples) + "\n")


if __name__ == "__main__":
    main()
