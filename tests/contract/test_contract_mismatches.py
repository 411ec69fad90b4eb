"""Breaches of contract through the command that `check` and `package` run: each is an error at its file and line."""

import json
import re
from pathlib import Path
from typing import NamedTuple

import pytest

import katana.runtime.generated
from katana.cli._run import run

CHECKED_AGAINST = (katana.runtime, katana.runtime.generated)
"""Imported so that build tools put them beside these tests: the check lets mypy read them."""

SPECIFICATION = """\
openapi: 3.1.1
info: {title: Pets, version: 1.0.0}
paths:
  /pets:
    get:
      operationId: list_pets
      tags: [pets]
      parameters:
        - {name: limit, in: query, schema: {type: integer, default: 20}}
      responses:
        "200": {$ref: "#/components/responses/pets"}
  /pets/{pet_id}:
    get:
      operationId: get_pet
      tags: [pets]
      parameters:
        - {name: pet_id, in: path, required: true, schema: {type: integer}}
      responses:
        "200":
          description: The pet.
          content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}
        "404":
          description: There is none.
          content: {application/problem+json: {}}
components:
  responses:
    pets:
      description: Pets.
      content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Pet"}}}}
  schemas:
    Pet:
      type: object
      required: [id, name]
      properties: {id: {type: integer}, name: {type: string}}
"""
CONTROLLER = """\
from katana.runtime import Ctx, NotFound
from pets_api.api import PetsApi
from pets_api.dto import Pet


class PetsController(PetsApi):
    async def list_pets(self, ctx: Ctx, *, limit: int) -> list[Pet]:
        return []

    async def get_pet(self, ctx: Ctx, pet_id: int) -> Pet | NotFound:
        if pet_id == 1:
            return Pet(id=1, name="Rex")
        return ctx.problem.not_found("pet.not_found", id=pet_id)
"""
IN_PETS = {"module": "svc.pets", "class": "PetsController", "path": "src/svc/pets.py", "build_file": "src/svc/BUILD"}
MANIFEST = {
    "version": 1,
    "name": "server",
    "address": "src/svc:server",
    "package": "svc_server",
    "apis": [{"package": "pets_api", "ir": "pets.ir.json", "source": "src/openapi/pets.yaml"}],
    "controllers": [IN_PETS],
}
SECURED = SPECIFICATION.replace(
    "      operationId: get_pet\n", "      operationId: get_pet\n      security: [{key: []}]\n"
)
SECURED = f"{SECURED}  securitySchemes:\n    key: {{type: apiKey, in: header, name: X-Key}}\n"


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A source tree with a specification, its IR, a controller and a manifest; this process runs in it."""
    monkeypatch.chdir(tmp_path)
    for directory in ("src/openapi", "src/svc"):
        (tmp_path / directory).mkdir(parents=True)
    (tmp_path / "src/svc/pets.py").write_text(CONTROLLER)
    (tmp_path / "server.json").write_text(json.dumps(MANIFEST))
    specify(tmp_path, SPECIFICATION)
    return tmp_path


def specify(tree: Path, specification: str) -> None:
    (tree / "src/openapi/pets.yaml").write_text(specification)
    assert run(["ir", "dump", "-q", "-i", "src/openapi/pets.yaml", "-o", "pets.ir.json"]) == 0


def check(capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    capsys.readouterr()
    status = run(["check", "service", "--manifest", "server.json", "--source-root", "src"])
    out, err = capsys.readouterr()
    assert out == ""
    return status, err


def line_of(text: str, mark: str) -> int:
    return next(number for number, line in enumerate(text.split("\n"), 1) if mark in line)


@pytest.mark.usefixtures("tree")
def test_a_service_that_keeps_its_contract_passes(capsys: pytest.CaptureFixture[str]) -> None:
    status, said = check(capsys)
    assert status == 0
    assert said.startswith("katana: 1 controller, 2 operations in ")


class Breach(NamedTuple):
    """`old` becomes `new`; the line that holds `mark` is blamed, with `code` and `words`."""

    name: str
    old: str
    new: str
    mark: str
    code: str
    words: str


BREACHES = (
    Breach(
        "a method is missing",
        "async def get_pet(",
        "async def fetch_pet(",
        "class PetsController",
        "method-missing",
        "PetsController does not implement get_pet (GET /pets/{pet_id}, src/openapi/pets.yaml:",
    ),
    Breach(
        "a parameter has the wrong name",
        "ctx: Ctx, pet_id: int)",
        "ctx: Ctx, pet: int)",
        "async def get_pet",
        "method-parameters",
        "calls a parameter `pet`, which the contract calls `pet_id`",
    ),
    Breach(
        "a parameter has the wrong type",
        "ctx: Ctx, pet_id: int)",
        "ctx: Ctx, pet_id: bytes)",
        "async def get_pet",
        "parameter-type",
        "does not accept what the contract passes as `pet_id`: `int`",
    ),
    Breach(
        "the return annotation is not the contract's",
        "*, limit: int) -> list[Pet]:",
        "*, limit: int) -> list[Pet] | None:",
        "async def list_pets",
        "return-type",
        "is annotated to return `list[Pet] | None`; the specification declares `list[Pet]`",
    ),
    Breach(
        "an undeclared response is returned",
        'return Pet(id=1, name="Rex")',
        'return ctx.problem.conflict("pet.taken")',
        'ctx.problem.conflict("pet.taken")',
        "undeclared-response",
        "returns `Conflict`, which the specification does not declare",
    ),
    Breach(
        "a method is not async",
        "async def get_pet(",
        "def get_pet(",
        "def get_pet",
        "method-not-async",
        "is a plain function; the server awaits it",
    ),
    Breach(
        "an annotation is missing",
        "ctx: Ctx, pet_id: int) -> Pet | NotFound:",
        "ctx: Ctx, pet_id):",
        "def get_pet",
        "method-untyped",
        "has no annotation for `pet_id` and the return value",
    ),
)


@pytest.mark.parametrize("breach", BREACHES, ids=lambda breach: breach.name)
def test_a_breach_is_an_error_at_its_line(tree: Path, capsys: pytest.CaptureFixture[str], breach: Breach) -> None:
    source = CONTROLLER.replace(breach.old, breach.new)
    assert source != CONTROLLER
    (tree / "src/svc/pets.py").write_text(source)
    status, said = check(capsys)
    assert status == 1
    place = re.compile(
        rf"^src/svc/pets\.py:{line_of(source, breach.mark)}:\d+: error: .*\[{breach.code}\]$", re.MULTILINE
    )
    assert place.search(said), said
    assert breach.words in said
    assert "  help: " in said


def test_an_operation_that_is_new_in_the_contract_is_an_error_at_the_class(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    grown = SPECIFICATION.replace(
        "components:\n",
        "  /pets/count:\n    get:\n      operationId: count_pets\n      tags: [pets]\n"
        '      responses: {"200": {description: n, content: {application/json: {schema: {type: integer}}}}}\n'
        "components:\n",
        1,
    )
    specify(tree, grown)
    status, said = check(capsys)
    assert status == 1
    assert f"src/svc/pets.py:{line_of(CONTROLLER, 'class PetsController')}:7: error: " in said
    assert f"count_pets (GET /pets/count, src/openapi/pets.yaml:{line_of(grown, '/pets/count') + 1})" in said
    assert "    async def count_pets(self, ctx: Ctx) -> int:\n" in said


def test_the_specification_need_not_be_there(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "src/openapi/pets.yaml").unlink()
    (tree / "src/svc/pets.py").write_text(CONTROLLER.replace("get_pet(", "fetch_pet("))
    status, said = check(capsys)
    assert status == 1
    assert "does not implement get_pet (GET /pets/{pet_id}) [method-missing]" in said


def test_security_of_the_specification_needs_a_class_too(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    specify(tree, SECURED)
    status, said = check(capsys)
    assert status == 1
    assert "src/svc/BUILD: error: no controller of src/svc:server implements Security (security of pets.yaml)" in said


def test_a_class_with_the_hooks_of_security_satisfies_it(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    specify(tree, SECURED)
    (tree / "src/svc/keys.py").write_text(
        "from katana.runtime import Ctx\nfrom pets_api.api import Security\n\n\n"
        "class Keys(Security):\n    async def key(self, ctx: Ctx, key: str) -> object | None:\n        return key\n"
    )
    keys = {"module": "svc.keys", "class": "Keys", "path": "src/svc/keys.py", "build_file": "src/svc/BUILD"}
    manifest = {**MANIFEST, "controllers": [IN_PETS, keys]}
    (tree / "server.json").write_text(json.dumps(manifest))
    status, said = check(capsys)
    assert status == 0, said
    assert "error" not in said


@pytest.mark.parametrize(
    "hook",
    [
        "async def key(self, ctx: Ctx, key: int) -> object | None:\n        return key\n",
        "def key(self, ctx: Ctx, key: str) -> object | None:\n        return key\n",
        "async def key(self, ctx: Ctx) -> object | None:\n        return None\n",
        "async def kye(self, ctx: Ctx, key: str) -> object | None:\n        return key\n",
    ],
)
def test_a_hook_that_is_missing_or_mistyped_is_an_error(
    tree: Path, capsys: pytest.CaptureFixture[str], hook: str
) -> None:
    specify(tree, SECURED)
    (tree / "src/svc/keys.py").write_text(
        f"from katana.runtime import Ctx\nfrom pets_api.api import Security\n\n\nclass Keys(Security):\n    {hook}"
    )
    keys = {"module": "svc.keys", "class": "Keys", "path": "src/svc/keys.py", "build_file": "src/svc/BUILD"}
    (tree / "server.json").write_text(json.dumps({**MANIFEST, "controllers": [IN_PETS, keys]}))
    status, said = check(capsys)
    assert status == 1
    assert re.search(r"src/svc/keys\.py:\d+:\d+: error: ", said)


def test_the_report_is_the_same_every_time(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = CONTROLLER.replace("async def list_pets", "def list_pets").replace('Pet(id=1, name="Rex")', "3")
    (tree / "src/svc/pets.py").write_text(broken)
    first = check(capsys)
    assert first[0] == 1
    assert first == check(capsys)


def test_json_carries_the_same_diagnostics(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "src/svc/pets.py").write_text(CONTROLLER.replace("async def get_pet(", "def get_pet("))
    assert run(["check", "service", "--manifest", "server.json", "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    (diagnostic,) = report["diagnostics"]
    assert (diagnostic["file"], diagnostic["line"], diagnostic["code"]) == ("src/svc/pets.py", 10, "method-not-async")


@pytest.mark.usefixtures("tree")
def test_an_interpreter_that_does_not_run_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "service", "--manifest", "server.json", "--python-executable", "/no/python"]) == 3
    said = capsys.readouterr().err
    assert said.startswith("katana: error: mypy could not run: ")
    assert "Traceback" not in said


STREAMED = SPECIFICATION.replace(
    "content: {application/json: {schema: {type: array,", "content: {application/jsonl: {schema: {type: array,"
)
APART = """AsyncIterable[{0}]:
        return self._pets()

    async def _pets(self) -> AsyncIterator[{0}]:
        yield {1}"""
STREAMING = CONTROLLER.replace(
    "from katana", "from collections.abc import AsyncIterable, AsyncIterator\nfrom katana", 1
)


def test_a_controller_may_return_what_yields(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    specify(tree, STREAMED)
    source = STREAMING.replace("list[Pet]:\n        return []", APART.format("Pet", 'Pet(id=1, name="Rex")'))
    (tree / "src/svc/pets.py").write_text(source)
    status, said = check(capsys)
    assert status == 0, said


def test_a_controller_that_yields_itself_is_told_what_to_do(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    specify(tree, STREAMED)
    source = STREAMING.replace(
        "list[Pet]:\n        return []", 'AsyncIterator[Pet]:\n        yield Pet(id=1, name="Rex")'
    )
    (tree / "src/svc/pets.py").write_text(source)
    status, said = check(capsys)
    assert status == 1
    assert f"src/svc/pets.py:{line_of(source, 'async def list_pets')}:" in said
    assert "is an async generator; the contract awaits it and iterates what it returns [return-type]" in said
    assert "return self._elements()" in said


def test_an_element_of_another_type_is_an_error(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    specify(tree, STREAMED)
    (tree / "src/svc/pets.py").write_text(STREAMING.replace("list[Pet]:\n        return []", APART.format("int", "1")))
    status, said = check(capsys)
    assert status == 1
    assert "annotated to return `AsyncIterable[int]`; the specification declares `AsyncIterable[Pet]`" in said
