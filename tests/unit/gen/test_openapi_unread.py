"""XML beside JSON, and other bodies that the controller gets as they were sent."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from katana.runtime import ByteStream, Config, Server, Service, UnprocessableContent

_PET = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string", "xml": {"attribute": True}}},
    "xml": {"name": "pet"},
}
_REF = {"$ref": "#/components/schemas/Pet"}
_CONTENT = {
    "application/json": {"schema": _REF},
    "application/xml": {"schema": _REF},
    "application/x-www-form-urlencoded": {"schema": _REF},
}


def _store(content, version="3.1.0"):
    operation = {
        "operationId": "add_pet",
        "requestBody": {"required": True, "content": content},
        "responses": {"200": {"description": "", "content": {"application/xml": {"schema": _REF}}}},
    }
    return {"paths": {"/pet": {"post": operation}}, "components": {"schemas": {"Pet": _PET}}}, version


def _of(media_type):
    return (("content-type", media_type),)


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0", "3.2.0"])
def test_xml_beside_json_is_text_as_it_was_received(build, version):
    package = build(*_store(_CONTENT, version))
    package.result = package.module("responses").AddPetOk(body="<pet/>")
    (body,), _ = package.arguments("POST", "/pet", "<pet name='Ä'>".encode(), _of("application/xml"))
    assert body == "<pet name='Ä'>"
    (body,), _ = package.arguments("POST", "/pet", b'{"name": "Rex"}', _of("application/json"))
    assert body.name == "Rex"
    reply = package.request("POST", "/pet", b"name=Rex", _of("application/x-www-form-urlencoded"))
    assert reply.body == b"<pet/>"
    with pytest.raises(UnprocessableContent):
        package.request("POST", "/pet", b"{}", _of("application/json"))


def test_bodies_with_unnamed_parts_and_structured_octets_arrive_as_streams(build):
    for media_type in ("multipart/mixed", "multipart/related", "application/pdf"):
        package = build(*_store({media_type: {"schema": _REF}}))
        package.result = package.module("responses").AddPetOk(body="")
        (body,), _ = package.arguments("POST", "/pet", b"--x--", _of(media_type))
        assert isinstance(body, ByteStream)
        assert asyncio.run(body.read()) == b"--x--"


def test_a_store_of_pets_is_served_in_json_and_xml(build):
    package = build(*_store(_CONTENT))
    ok = package.module("responses").AddPetOk

    async def add_pet(_self, _ctx, body):
        return ok(body=body if isinstance(body, str) else f"<pet name='{body.name}'/>")

    pets = type("Pets", (package.module("api").DefaultApi,), {"add_pet": add_pet})()

    async def send(session, text, media_type):
        async with session.post("/pet", data=text, headers={"content-type": media_type}) as response:
            return response.status, response.content_type, await response.text()

    async def scenario():
        name = f"{package.name.removesuffix('_api').capitalize()}Router"
        router = getattr(package.module("routes"), name)(default=pets)
        service = Service(name="pets", version="1", routers=lambda: (router,))
        async with (
            Server(service, Config(port=0, shutdown_deadline=1)) as server,
            aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as session,
        ):
            assert await send(session, "<pet/>", "application/xml") == (200, "application/xml", "<pet/>")
            rex = 200, "application/xml", "<pet name='Rex'/>"
            assert await send(session, '{"name":"Rex"}', "application/json") == rex
            assert (await send(session, "x", "text/csv"))[0] == 415

    asyncio.run(scenario())


def test_the_body_of_a_get_is_read_like_any_other(build):
    operation = {
        "operationId": "find",
        "requestBody": {"required": True, "content": {"application/json": {"schema": _REF}}},
        "responses": {"204": {"description": ""}},
    }
    package = build({"paths": {"/": {"get": operation}}, "components": {"schemas": {"Pet": _PET}}})
    package.result = package.module("routes").NoContent()
    (body,), _ = package.arguments("GET", "/", {"name": "Rex"}, _of("application/json"))
    assert body.name == "Rex"
    with pytest.raises(UnprocessableContent):
        package.request("GET", "/", b"{}", _of("application/json"))
