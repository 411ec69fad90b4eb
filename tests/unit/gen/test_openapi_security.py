"""Security schemes: no hook, no router; no credentials, no handler."""

from __future__ import annotations

from base64 import b64encode

import pytest

_SCHEMES = {
    "Basic.Auth": {"type": "http", "scheme": "basic"},
    "token": {"type": "http", "scheme": "Bearer"},
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "ticket": {"type": "apiKey", "in": "query", "name": "ticket"},
    "oauth": {
        "type": "oauth2",
        "flows": {"clientCredentials": {"tokenUrl": "https://a/b", "scopes": {"read": "", "write": ""}}},
    },
    "identity": {"type": "openIdConnect", "openIdConnectUrl": "https://a/b"},
    "digest": {"type": "http", "scheme": "Digest"},
    "session": {"type": "apiKey", "in": "cookie", "name": "session"},
    "certificate": {"type": "mutualTLS"},
}


@pytest.fixture
def secured(build):
    def make(*security):
        package = build(
            {
                "paths": {"/": {"get": {"security": security, "responses": {"204": {"description": ""}}}}},
                "components": {"securitySchemes": _SCHEMES},
            }
        )
        package.result = package.module("routes").NoContent()
        return package

    return make


def test_a_router_cannot_be_made_without_the_hooks(secured):
    routes = secured({"Basic.Auth": []}).module("routes")
    router = next(value for name, value in vars(routes).items() if name.endswith("Router"))
    with pytest.raises(TypeError, match="security"):
        router(default=object())


def test_basic_credentials_reach_the_hook_and_who_it_names_reaches_the_handler(secured):
    package = secured({"Basic.Auth": []})
    field = ("authorization", "Basic " + b64encode("ada:päss:x".encode()).decode())
    package.principals["basic_auth"] = "Ada"
    package.request("GET", "/", headers=(field,))
    (hook, hook_arguments, _), (_, (ctx,), _) = package.calls
    assert (hook, hook_arguments[1:]) == ("basic_auth", ("ada", "päss:x"))
    assert ctx.principal == "Ada"


@pytest.mark.parametrize("field", [None, "Basic", "Basic !!", "Bearer abc", "Basic " + b64encode(b"nocolon").decode()])
def test_missing_and_malformed_credentials_are_a_401_with_a_challenge(secured, field):
    package = secured({"Basic.Auth": []})
    problem = package.problem("GET", "/", headers=(("authorization", field),) if field else ())
    assert problem.status == 401
    assert problem.fields == (("www-authenticate", 'Basic realm="Made", charset="UTF-8"'),)
    assert package.calls == []


def test_a_hook_that_names_nobody_refuses(secured):
    package = secured({"token": []})
    assert package.problem("GET", "/", headers=(("authorization", "Bearer abc"),)).status == 401
    assert [name for name, _, _ in package.calls] == ["token"]


def test_alternatives_are_tried_in_order_and_the_first_that_names_someone_counts(secured):
    package = secured({"token": []}, {"key": []}, {"ticket": []})
    package.principals["ticket"] = "Ada"
    package.request("GET", "/?ticket=t", headers=(("authorization", "Bearer abc"), ("x-key", "k")))
    assert [name for name, _, _ in package.calls] == ["token", "key", "ticket", "get"]


def test_an_empty_alternative_lets_everyone_pass_but_still_names_who_can_be_named(secured):
    package = secured({"key": []}, {})
    package.request("GET", "/")
    package.principals["key"] = "Ada"
    package.request("GET", "/", headers=(("x-key", "k"),))
    assert package.calls[-1][1][0].principal == "Ada"


@pytest.mark.parametrize("scheme", ["oauth", "identity"])
def test_a_hook_of_a_scheme_with_scopes_gets_those_that_the_operation_needs(secured, scheme):
    package = secured({scheme: ["read", "write"]})
    package.principals[scheme] = "Ada"
    package.request("GET", "/", headers=(("authorization", "Bearer abc"),))
    (hook, arguments, _), _ = package.calls
    assert (hook, arguments[1:]) == (scheme, ("abc", ("read", "write")))
    assert package.problem("GET", "/").fields == (("www-authenticate", 'Bearer realm="Made"'),)
    package.principals.clear()
    refused = package.problem("GET", "/", headers=(("authorization", "Bearer abc"),))
    assert refused.fields == (("www-authenticate", 'Bearer realm="Made", error="invalid_token"'),)


def test_roles_of_a_scheme_without_scopes_of_its_own_reach_its_hook(secured):
    package = secured({"key": ["admin"]}, {"Basic.Auth": []})
    package.principals["key"] = "Ada"
    package.request("GET", "/", headers=(("x-key", "k"),))
    assert package.calls[0][1][1:] == ("k", ("admin",))


def test_schemes_that_are_needed_together_must_all_name_someone(secured):
    package = secured({"key": [], "oauth": ["read"]})
    both = (("authorization", "Bearer abc"), ("x-key", "k"))
    for fields in ((), both[:1], both[1:]):
        assert package.problem("GET", "/", headers=fields).status == 401
    assert package.calls == []
    package.principals["key"] = "Ada"
    assert package.problem("GET", "/", headers=both).status == 401
    package.principals["oauth"] = "Bob"
    package.request("GET", "/", headers=both)
    assert package.calls[-1][1][0].principal == {"key": "Ada", "oauth": "Bob"}


def test_credentials_are_checked_before_anything_is_decoded(build):
    operation = {
        "security": [{"key": []}],
        "requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "integer"}}}},
        "responses": {"204": {"description": ""}},
    }
    package = build({"paths": {"/": {"post": operation}}, "components": {"securitySchemes": _SCHEMES}})
    assert package.problem("POST", "/", b"not json").status == 401
