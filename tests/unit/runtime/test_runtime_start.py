"""Starting: the database comes before the port, and what is wrong is said in one text."""

from __future__ import annotations

import socket

import pytest

from katana.runtime import Config, Endpoint, Resource, Server, Service
from katana.runtime._config import ConfigError
from katana.runtime._listen import ListenError, bind, url_of
from katana.runtime._server import StartError
from katana.runtime.sql import Migration
from unit.runtime.conftest import Run
from unit.runtime.runtime_samples import Sample, connected, serving

MIGRATION = Migration(number=1, name="one", up="SELECT 1", checksum="0")


def service(*migrations: Migration) -> Service:
    return Service(name="sample", version="1.0", routers=lambda: (Sample(),), migrations=migrations)


def test_a_service_with_sql_needs_a_database(run: Run) -> None:
    async def scenario() -> None:
        with pytest.raises(ConfigError, match="needs a database: give --database-url or KATANA_DATABASE_URL"):
            await Server(service(MIGRATION), Config(port=0)).start()

    run(scenario())


@pytest.mark.parametrize("migrate", [True, False])
def test_a_database_that_cannot_be_reached_is_named_without_its_password(
    run: Run, monkeypatch: pytest.MonkeyPatch, *, migrate: bool
) -> None:
    monkeypatch.setattr("katana.runtime._server._CONNECT_WITHIN", 0.1)

    async def scenario() -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        url = f"postgresql://ada:s3cret@127.0.0.1:{port}/app"
        server = Server(service(MIGRATION), Config(port=0, database_url=url, migrate=migrate))
        with pytest.raises(StartError, match=f"database postgresql://ada.*127.0.0.1:{port}/app: ") as caught:
            await server.start()
        assert "s3cret" not in str(caught.value)

    run(scenario())


def test_a_failed_start_leaves_the_port_free(run: Run) -> None:
    async def scenario() -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        with pytest.raises(ConfigError):
            await Server(service(MIGRATION), Config(port=port)).start()
        bind("127.0.0.1", port).close()

    run(scenario())


def test_two_apis_may_not_declare_one_path(run: Run) -> None:
    async def scenario() -> None:
        twice = Service(name="twice", version="1.0", routers=lambda: (Sample(), Sample()))
        with pytest.raises(ValueError, match="two APIs of the service declare the path /bad-member"):
            await Server(twice, Config(port=0)).start()

    run(scenario())


def test_a_declared_path_has_precedence_over_a_built_in_one(run: Run) -> None:
    async def scenario() -> None:
        async with serving() as (server, sample):
            resource = Resource("/livez", {"GET": Endpoint(operation="mine", call=sample.empty)})
            sample.resources = (*sample.resources, resource)
            builtin = server.routers()[-1]
            assert builtin.match("/livez") is None
            assert builtin.match("/readyz") is not None

    run(scenario())


def test_a_template_does_not_hide_a_built_in_path_but_a_declared_path_does(run: Run) -> None:
    class Anything(Sample):
        def __init__(self) -> None:
            super().__init__()
            self.resources = (
                Resource("/{name}", {"GET": Endpoint(operation="any", call=self.item)}),
                Resource("/readyz", {"GET": Endpoint(operation="mine", call=self.empty)}),
            )

        def match(self, path: str) -> tuple[Resource, tuple[str, ...]] | None:
            return (self.resources[1], ()) if path == "/readyz" else (self.resources[0], (path[1:],))

    async def scenario() -> None:
        anything = Service(name="anything", version="1.0", routers=lambda: (Anything(),))
        async with Server(anything, Config(port=0)) as server, connected(server) as client:
            assert (await client.ask("/livez")).body == b'{"status":"ok"}'
            assert (await client.ask("/readyz")).status == 204
            assert (await client.ask("/ada")).body == b"ada"

    run(scenario())


def test_several_routers_are_asked_in_order(run: Run) -> None:
    class Other(Sample):
        def __init__(self) -> None:
            super().__init__()
            self.resources = (Resource("/other", {"GET": Endpoint(operation="other", call=self.empty)}),)
            self._exact = {"/other": self.resources[0]}

        def match(self, path: str) -> tuple[Resource, tuple[str, ...]] | None:
            return (self.resources[0], ()) if path == "/other" else None

    async def scenario() -> None:
        both = Service(name="both", version="1.0", routers=lambda: (Sample(), Other()))
        async with Server(both, Config(port=0)) as server, connected(server) as client:
            assert (await client.ask("/items/ada")).status == 200
            assert (await client.ask("/other")).status == 204
            assert (await client.ask("/livez")).status == 200
            assert (await client.ask("/nothing")).status == 404

    run(scenario())


def test_the_url_is_one_that_a_client_can_use() -> None:
    for host, url in [("127.0.0.1", "http://127.0.0.1:"), ("0.0.0.0", "http://127.0.0.1:")]:
        sock = bind(host, 0)
        assert url_of(sock).startswith(url)
        sock.close()


def test_an_address_of_another_machine_cannot_be_listened_on() -> None:
    with pytest.raises(ListenError, match=r"cannot listen on 203\.0\.113\.1:0: cannot assign requested address"):
        bind("203.0.113.1", 0)


def test_the_configured_body_limit_is_the_limit(run: Run) -> None:
    async def scenario() -> None:
        config = Config(port=0, body_limit=4, shutdown_deadline=1)
        async with serving(config=config) as (server, _):
            assert server.limits.body == 4

    run(scenario())
