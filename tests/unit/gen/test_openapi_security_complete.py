"""No credentials, no handler: every scheme, every combination, every way to refuse."""

from __future__ import annotations

from base64 import b64encode
from itertools import combinations

import pytest

from katana.runtime import Forbidden, NoContent, Problem, Unauthorized

SCHEMES = {
    "basic": {"type": "http", "scheme": "basic"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "digest": {"type": "http", "scheme": "Digest"},
    "negotiate": {"type": "http", "scheme": "negotiate"},
    "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "session"},
    "oauth": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "https://a/b", "scopes": {"read": ""}}}},
    "identity": {"type": "openIdConnect", "openIdConnectUrl": "https://a/b"},
    "certificate": {"type": "mutualTLS"},
}
ALTERNATIVES: list[dict[str, list[str]]] = [
    *[{name: list[str]()} for name in SCHEMES],
    *[{a: list[str](), b: list[str]()} for a, b in combinations(SCHEMES, 2)],
]
REQUIREMENTS = [*([one] for one in ALTERNATIVES), *([one, {"oauth": ["read"], "header": []}] for one in ALTERNATIVES)]
BASIC = "Basic " + b64encode(b"a:b").decode()
CLAIMS = [
    (),
    *((("authorization", f"{scheme} abc"),) for scheme in ("Bearer", "Digest", "Negotiate", "Basic", "Other")),
    (("authorization", BASIC), ("x-key", "k"), ("cookie", "session=s")),
    (("authorization", "Bearer abc"), ("x-key", "k"), ("cookie", "session=s")),
    (("authorization", "Bearer"), ("x-key", ""), ("cookie", "session=")),
    (("client-cert", ":MAA=:"),),
]


def _operation(security, **members):
    return {"security": security, "responses": {"204": {"description": ""}}, **members}


@pytest.fixture
def secured(build):
    def make(*security, **members):
        package = build(
            {
                "paths": {"/": {"get": _operation(list(security), **members)}},
                "components": {"securitySchemes": SCHEMES},
            }
        )
        package.result = NoContent()
        return package

    return make


def test_no_combination_of_schemes_lets_a_stranger_reach_the_handler(build):
    paths = {f"/{number}": {"get": _operation(security)} for number, security in enumerate(REQUIREMENTS)}
    package = build({"paths": paths, "components": {"securitySchemes": SCHEMES}})
    package.result = NoContent()
    for number, _ in enumerate(REQUIREMENTS):
        for claims in CLAIMS:
            problem = package.problem("GET", f"/{number}?key=q", headers=claims)
            assert problem.status == 401
            assert [name for name, _ in problem.fields].count("www-authenticate") >= 1
    assert {name for name, _, _ in package.calls} <= SCHEMES.keys(), "only hooks were called"


def test_security_of_the_document_holds_unless_an_operation_says_otherwise(build):
    package = build(
        {
            "security": [{"bearer": []}],
            "paths": {
                "/closed": {"get": {"responses": {"204": {"description": ""}}}},
                "/open": {"get": _operation([])},
                "/keyed": {"get": _operation([{"header": []}])},
            },
            "components": {"securitySchemes": SCHEMES},
        }
    )
    package.result = NoContent()
    package.request("GET", "/open")
    assert package.problem("GET", "/closed").fields == (("www-authenticate", 'Bearer realm="Made"'),)
    assert package.problem("GET", "/keyed").fields == (("www-authenticate", 'ApiKey realm="Made"'),)


def test_the_hook_of_any_http_scheme_gets_the_credentials_as_they_were_sent(secured):
    package = secured({"digest": []})
    package.principals["digest"] = "Ada"
    package.request("GET", "/", headers=(("authorization", 'DIGEST username="ada", realm="x"'),))
    assert package.calls[0][1][1:] == ('username="ada", realm="x"',)


def test_a_service_gives_its_own_challenge_for_a_scheme_that_needs_parameters(secured, monkeypatch):
    package = secured({"digest": []})
    security = package.module("api").Security
    monkeypatch.setattr(security, "digest_challenge", lambda *_: 'Digest realm="x", nonce="y"')
    assert package.problem("GET", "/").fields == (("www-authenticate", 'Digest realm="x", nonce="y"'),)


@pytest.fixture
def refuse(monkeypatch):
    """Lets hooks raise."""

    def make(package, **refusals):
        resource, _ = package.router.match("/")
        cls = type(resource.methods["GET"].call.__self__._security)
        for name, refusal in refusals.items():

            async def hook(_self, *_arguments, refusal=refusal):
                raise refusal

            monkeypatch.setattr(cls, name, hook)

    return make


def test_what_a_hook_raises_is_the_answer_when_there_is_no_alternative(secured, refuse):
    package = secured({"bearer": []})
    refuse(package, bearer=Forbidden("scope.missing"))
    assert package.problem("GET", "/", headers=(("authorization", "Bearer a"),)).code == "scope.missing"


def test_a_refusal_leaves_the_other_alternatives_their_turn(secured, refuse):
    package = secured({"bearer": []}, {"header": []})
    refuse(package, bearer=Forbidden("scope.missing"))
    both = (("authorization", "Bearer a"), ("x-key", "k"))
    assert package.problem("GET", "/", headers=both).code == "scope.missing"
    package.principals["header"] = "Ada"
    package.request("GET", "/", headers=both)
    assert package.calls[-1][1][0].principal == "Ada"


def test_who_is_known_but_may_not_is_told_so_before_who_is_not_known(secured, refuse):
    package = secured({"bearer": []}, {"header": []})
    refuse(package, bearer=Unauthorized("token.expired"), header=Forbidden("scope.missing"))
    both = (("authorization", "Bearer a"), ("x-key", "k"))
    assert package.problem("GET", "/", headers=both).code == "scope.missing"
    assert package.problem("GET", "/", headers=both[:1]).code == "token.expired"


def test_a_failure_in_a_hook_is_no_refusal(secured, refuse):
    package = secured({"bearer": []}, {})
    refuse(package, bearer=Problem("directory.down", status=503))
    assert package.problem("GET", "/", headers=(("authorization", "Bearer a"),)).status == 503


def test_a_hook_for_client_certificates_gets_what_the_connection_knows(secured):
    package = secured({"certificate": []})
    package.principals["certificate"] = "Ada"
    assert package.problem("GET", "/", headers=(("client-cert", ":MAA=:"),)).status == 401
    endpoint = package.router.match("/")[0].methods["GET"]
    assert endpoint.client_certificate
    assert package.calls == []


def test_a_401_of_the_handler_carries_the_challenge_of_its_operation(secured):
    content: dict[str, dict[str, str]] = {"application/problem+json": {}}
    package = secured({"bearer": []}, responses={"401": {"description": "", "content": content}})
    package.principals["bearer"] = "Ada"
    package.result = Unauthorized("session.ended")
    reply = package.request("GET", "/", headers=(("authorization", "Bearer a"),))
    assert ("www-authenticate", 'Bearer realm="Made"') in reply.fields


def test_a_401_of_an_open_operation_has_a_challenge_too(secured):
    package = secured(responses={"401": {"description": "", "content": {"application/problem+json": {}}}})
    package.result = Unauthorized("password.wrong")
    ((name, _),) = package.request("GET", "/").fields
    assert name == "www-authenticate"


def test_the_realm_is_the_title_and_cannot_break_out_of_its_quotes(build):
    title = 'A "quoted"\r\nüx: \\ title'
    package = build(
        {
            "info": {"title": title, "version": "1"},
            "paths": {"/": {"get": _operation([{"bearer": []}])}},
            "components": {"securitySchemes": SCHEMES},
        }
    )
    ((_, challenge),) = package.problem("GET", "/").fields
    assert challenge == 'Bearer realm="A \\"quoted\\" x: \\\\ title"'


def test_two_schemes_whose_hooks_would_have_one_name_get_two(build):
    schemes = {
        "door": {"type": "http", "scheme": "Digest"},
        "door_challenge": {"type": "http", "scheme": "bearer"},
    }
    paths = {"/": {"get": _operation([{"door": [], "door_challenge": []}])}}
    package = build({"paths": paths, "components": {"securitySchemes": schemes}})
    assert vars(package.module("api").Security)["__abstractmethods__"] == {"door", "door_challenge2"}
