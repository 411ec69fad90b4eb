"""Arguments of the path, over a real socket."""

from __future__ import annotations

import json

from katana.runtime import Config, Ctx, Endpoint, Head, Reply, Resource, Server, Service
from unit.runtime.conftest import Run
from unit.runtime.runtime_samples import connected


class _Echo:
    """Every path is one argument for each of its parts."""

    def __init__(self) -> None:
        self.resources = (Resource("/{any}", {"GET": Endpoint(operation="echo", call=self._echo)}),)

    def match(self, path: str) -> tuple[Resource, tuple[str, ...]] | None:
        return self.resources[0], tuple(path.split("/")[1:])

    async def _echo(self, ctx: Ctx) -> Reply:
        return Reply(Head(200, "application/json"), json.dumps([ctx.args, ctx.raw_args]).encode())


def test_arguments_are_decoded_and_also_at_hand_as_they_were_sent(run: Run) -> None:
    async def scenario() -> None:
        service = Service(name="echo", version="1", routers=lambda: (_Echo(),))
        async with Server(service, Config(port=0)) as server, connected(server) as client:
            answer = await client.ask("/a%2Cb,c/d%2Fe/%7Ef/plain")
            assert json.loads(answer.body) == [["a,b,c", "d/e", "~f", "plain"], ["a%2Cb,c", "d%2Fe", "~f", "plain"]]
            assert json.loads((await client.ask("/a,b")).body) == [["a,b"], ["a,b"]]
            assert (await client.ask("/%FF")).status == 400

    run(scenario())
