"""The layer `high`: who implements what, what is inherited, and when an operation is left without a query."""

import dataclasses
from pathlib import Path

import msgspec
import pytest

from katana import ir, spec
from katana.diagnostics import Diagnostic, DiagnosticsError
from katana.gen import openapi, sql
from katana.gen.service import ApiPart, ControllerPart, DatabasePart, Inputs, Manifest, Plan, generate, hooks, plan

SPECIFICATION = """\
openapi: 3.1.1
info: {title: Pets, version: 1.0.0}
paths:
  /pets/{pet_id}:
    parameters: [{name: pet_id, in: path, required: true, schema: {type: integer, format: int64}}]
    get:
      operationId: getPet
      tags: [pets]
      responses:
        "200": {description: It., content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}}
        "404": {description: None., content: {application/problem+json: {}}}
    put:
      operationId: renamePet
      tags: [pets]
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}}
      responses:
        "204": {description: Done.}
        "404": {description: None., content: {application/problem+json: {}}}
  /shops:
    get:
      operationId: listShops
      tags: [shops]
      responses:
        "200": {description: All., content: {application/json: {schema: {type: array, items: {type: string}}}}}
components:
  schemas:
    Pet: {type: object, required: [id, name], properties: {id: {type: integer, format: int64}, name: {type: string}}}
"""
INT8, TEXT = ir.PgType(name="int8", oid=20), ir.PgType(name="text", oid=25)
ID = ir.QueryParameter(name="id", py_name="id", type=INT8)
NAME = ir.QueryParameter(name="name", py_name="name", type=TEXT)
PET = (
    ir.Column(name="id", py_name="id", type=INT8, nullable=False),
    ir.Column(name="name", py_name="name", type=TEXT, nullable=False),
)
GET_PET = ir.Query(
    name="get_pet", group="pets", command="one", sql="SELECT", source="pets.sql", parameters=(ID,), columns=PET
)
RENAME_PET = ir.Query(
    name="rename_pet", group="pets", command="execrows", sql="UPDATE", source="pets.sql", parameters=(NAME, ID)
)
LIST_SHOPS = ir.Query(
    name="list_shops", group="shops", command="many", sql="SELECT", source="shops.sql", columns=PET[1:]
)
HOOK = """\
from katana.runtime import Ctx, NoContent, NotFound
from pets_api.dto import Pet
from svc_server.crud import PetsCrud


class PetsController(PetsCrud):
    async def rename_pet(self, ctx: Ctx, pet_id: int, body: Pet) -> NoContent | NotFound:
        return NoContent()
"""
MID = """\
from katana.runtime import Ctx, NoContent, NotFound
from pets_api.api import PetsApi
from pets_api.dto import Pet


class PetsController(PetsApi):
    async def get_pet(self, ctx: Ctx, pet_id: int) -> Pet | NotFound:
        return Pet(id=pet_id, name="Rex")

    async def rename_pet(self, ctx: Ctx, pet_id: int, body: Pet) -> NoContent | NotFound:
        return NoContent()
"""


@pytest.fixture
def api(tmp_path: Path) -> ir.Api:
    (tmp_path / "pets.yaml").write_text(SPECIFICATION)
    return spec.compile(tmp_path / "pets.yaml").api


def inputs(api: ir.Api, *queries: ir.Query, controller: str = "") -> Inputs:
    """The service with these queries and one controller, or none."""
    database = ir.Database(source="sql", queries=queries)
    part = ControllerPart(module="svc.pets", cls="PetsController", path="src/svc/pets.py", build_file="src/svc/BUILD")
    manifest = Manifest(
        version=1,
        name="server",
        package="svc_server",
        declared_in="src/svc/BUILD",
        layer="high",
        apis=(ApiPart(package="pets_api", ir=""),),
        databases=(DatabasePart(package="pets_db", ir=""),),
        controllers=(part,) if controller else (),
    )
    return Inputs(
        manifest=manifest,
        apis={"pets_api": api},
        databases={"pets_db": database},
        generated={**openapi.generate(api, "pets_api"), **sql.generate(database, "pets_db")},
        sources={"src/svc/pets.py": controller},
    )


def problems(given: Inputs) -> tuple[Diagnostic, ...]:
    with pytest.raises(DiagnosticsError) as raised:
        plan(given)
    return raised.value.diagnostics


def main_of(planned: Plan) -> str:
    return generate(planned)["svc_server/main.py"]


def test_a_service_with_a_query_for_each_operation_needs_no_controller(api: ir.Api) -> None:
    planned = plan(inputs(api, GET_PET, RENAME_PET, LIST_SHOPS))
    assert "pets_crud = PetsCrud(pets=pets_repo)" in main_of(planned)
    assert "shops_crud = ShopsCrud(shops=shops_repo)" in main_of(planned)
    assert "PetsRouter(pets=pets_crud, shops=shops_crud)" in main_of(planned)
    assert planned.crud is not None
    assert "class PetsCrud(PetsApi):" in planned.crud
    assert "class ShopsCrud(ShopsApi):" in planned.crud


def test_a_controller_that_derives_from_a_generated_one_is_constructed_like_it(api: ir.Api) -> None:
    planned = plan(inputs(api, GET_PET, RENAME_PET, LIST_SHOPS, controller=HOOK))
    assert "pets_controller = PetsController(pets=pets_repo)" in main_of(planned)
    assert "PetsRouter(pets=pets_controller, shops=shops_crud)" in main_of(planned)


def test_a_constructor_of_its_own_takes_what_it_asks_for(api: ir.Api) -> None:
    head = "class PetsController(PetsCrud):\n"
    init = "    def __init__(self, animals: PetsRepo, shops: ShopsRepo) -> None:\n        super().__init__(animals)\n\n"
    source = "from pets_db.repo import PetsRepo, ShopsRepo\n" + HOOK.replace(head, head + init)
    planned = plan(inputs(api, GET_PET, RENAME_PET, LIST_SHOPS, controller=source))
    assert "PetsController(animals=pets_repo, shops=shops_repo)" in main_of(planned)


def test_a_controller_of_the_interface_itself_replaces_the_generated_one(api: ir.Api) -> None:
    planned = plan(inputs(api, LIST_SHOPS, controller=MID))
    assert "PetsRouter(pets=pets_controller, shops=shops_crud)" in main_of(planned)
    assert planned.crud is not None
    assert "PetsCrud" not in planned.crud


def test_an_operation_without_a_query_is_an_error_with_the_query_and_the_controller_to_write(api: ir.Api) -> None:
    (found,) = problems(inputs(api, GET_PET, LIST_SHOPS))
    assert found.code == "crud-query"
    assert found.pointer == "/paths/~1pets~1{pet_id}/put"
    assert found.message == "rename_pet (PUT /pets/{pet_id}): has no query"
    assert "-- name: rename_pet :execrows\nUPDATE pets" in found.hint
    assert "from svc_server.crud import PetsCrud\n\n\nclass PetsController(PetsCrud):" in found.hint


def test_what_a_controller_writes_needs_no_query(api: ir.Api) -> None:
    planned = plan(inputs(api, GET_PET, LIST_SHOPS, controller=HOOK))
    assert planned.crud is not None
    assert "rename_pet" not in planned.crud


def test_what_a_controller_leaves_is_still_an_error(api: ir.Api) -> None:
    (found,) = problems(inputs(api, RENAME_PET, LIST_SHOPS, controller=HOOK))
    assert found.message == "get_pet (GET /pets/{pet_id}): has no query"
    assert found.hint.endswith("or write the method `get_pet` in PetsController (src/svc/pets.py)")


def test_the_path_decides_which_row_whatever_the_body_says(api: ir.Api) -> None:
    planned = plan(inputs(api, GET_PET, RENAME_PET, LIST_SHOPS))
    assert planned.crud is not None
    assert "self._pets.rename_pet(ctx, name=body.name, id=pet_id)" in planned.crud


def test_a_query_may_be_named_by_verb_and_noun(api: ir.Api) -> None:
    renamed = ir.Query(
        name="update_pet", group="pets", command="execrows", sql="UPDATE", source="pets.sql", parameters=(NAME, ID)
    )
    planned = plan(inputs(api, GET_PET, renamed, LIST_SHOPS))
    assert planned.crud is not None
    assert "self._pets.update_pet(" in planned.crud


def test_of_two_queries_with_one_name_the_file_of_the_tag_decides(api: ir.Api) -> None:
    other = ir.Query(
        name="get_pet", group="other", command="one", sql="SELECT", source="other.sql", parameters=(ID,), columns=PET
    )
    planned = plan(inputs(api, other, GET_PET, RENAME_PET, LIST_SHOPS))
    assert planned.crud is not None
    assert "self._pets.get_pet(ctx, id=pet_id)" in planned.crud


def test_the_first_hook_files_leave_out_what_has_a_controller(api: ir.Api) -> None:
    assert list(hooks(inputs(api))) == ["pets.py", "shops.py"]
    files = hooks(inputs(api, controller=HOOK))
    assert list(files) == ["shops.py"]
    assert "from svc_server.crud import ShopsCrud\n\n\nclass ShopsController(ShopsCrud):" in files["shops.py"]


def test_several_versions_of_one_api_are_told_apart(api: ir.Api) -> None:
    given = inputs(api, GET_PET, RENAME_PET, LIST_SHOPS)
    versions = ("pets_api", "v2_api", "v3_api")
    manifest = msgspec.structs.replace(given.manifest, apis=tuple(ApiPart(package=name, ir="") for name in versions))
    generated = {path: text for name in versions for path, text in openapi.generate(api, name).items()}
    several = dataclasses.replace(
        given,
        manifest=manifest,
        apis=dict.fromkeys(versions, api),
        generated={**given.generated, **generated},
    )
    main = main_of(plan(several))
    assert "PetsRouter(pets=pets_crud, shops=shops_crud)" in main
    assert "v3_api.routes" in main
