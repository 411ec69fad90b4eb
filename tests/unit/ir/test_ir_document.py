"""IR is canonical JSON that comes back as the same value."""

import pytest

from katana import ir

USER = ir.TypeDef(
    name="User",
    pointer="#/components/schemas/User",
    type=ir.ObjectType(
        fields=(
            ir.Field(name="id", py_name="id", type=ir.IntegerType(format="int64", minimum=1), required=True),
            ir.Field(name="nick-name", py_name="nick_name", type=ir.StringType(max_length=5), default=None),
            ir.Field(
                name="friend",
                py_name="friend",
                type=ir.UnionType(variants=(ir.RefType(name="User"), ir.NullType())),
            ),
        )
    ),
    schema={"type": "object", "required": ["id"], "properties": {"id": {"type": "integer", "minimum": 1}}},
)
API = ir.Api(
    title="Users",
    version="1",
    source="users.yaml",
    types=(USER,),
    operations=(
        ir.Operation(
            operation_id="get_user",
            name="get_user",
            method="GET",
            path="/users/{id}",
            tag="users",
            pointer="#/paths/~1users~1{id}/get",
            responses=(ir.Response(status="204", pointer="#/x"),),
            security=({"key": ("read",)},),
        ),
    ),
)
DATABASE = ir.Database(
    source="users",
    tables=(
        ir.Table(name="users", columns=(ir.Column(name="id", py_name="id", type=ir.PgType(name="int8", oid=20)),)),
    ),
    queries=(ir.Query(name="q", group="users", command="one!", sql="SELECT 1", source="users.sql"),),
)


@pytest.mark.parametrize("document", [API, DATABASE])
def test_a_document_survives_the_round_trip(document: ir.Document) -> None:
    assert ir.load(ir.dump(document)) == document


def test_a_default_of_null_is_kept_apart_from_no_default() -> None:
    data = ir.dump(API)
    assert data.count(b'"default"') == 1
    assert b'"default": null' in data


def test_the_bytes_do_not_depend_on_the_order_in_which_a_schema_was_built() -> None:
    schema = dict(reversed(list(USER.schema.items())))
    other = ir.Api(
        title="Users", version="1", source="users.yaml", operations=API.operations,
        types=(ir.TypeDef(name=USER.name, pointer=USER.pointer, type=USER.type, schema=schema),),
    )  # fmt: skip
    assert ir.dump(other) == ir.dump(API)
    assert ir.digest(other) == ir.digest(API)


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"ir": "katana.api/99"}', b'{"ir": "katana.api/1"}', b"\xff"])
def test_other_bytes_are_refused_in_words(data: bytes) -> None:
    with pytest.raises(ir.IrError, match="not Katana IR"):
        ir.load(data)
