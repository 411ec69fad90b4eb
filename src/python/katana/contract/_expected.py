"""What a controller has to define, read from the interface that was generated for it.

In: the text of a generated `api.py` and the IR it came from. Out: its abstract methods with their signatures. Never: a
second idea of how a signature is spelled; the emitter's text is the only one.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from katana import ir
from katana.gen.source import Group, layout


@dataclass(frozen=True)
class ExpectedMethod:
    """One abstract method of an API's package.

    `operation` is None for a method that stands for no operation (a security hook).
    """

    package: str
    name: str
    signature: ast.AsyncFunctionDef | ast.FunctionDef
    operation: ir.Operation | None

    @property
    def asynchronous(self) -> bool:
        """Whether it is declared with `async def`."""
        return isinstance(self.signature, ast.AsyncFunctionDef)

    @property
    def title(self) -> str:
        """The operation as people know it: `GET /users/{user_id}`; the name for anything else."""
        return f"{self.operation.method} {self.operation.path}" if self.operation else self.name

    @property
    def returns(self) -> str:
        """The return annotation."""
        return ast.unparse(self.signature.returns) if self.signature.returns else "None"

    @property
    def positional(self) -> list[ast.arg]:
        """Parameters that are passed by position, without `self`."""
        return [*self.signature.args.posonlyargs, *self.signature.args.args][1:]

    @property
    def keyword_only(self) -> list[ast.arg]:
        """Parameters that are passed by keyword."""
        return self.signature.args.kwonlyargs

    def text(self, indent: int = 0) -> str:
        """The line (or lines) to write: `async def get_user(self, ctx: Ctx, user_id: int) -> User | NotFound:`."""
        star = ("*",) if self.keyword_only else ()
        parameters = ("self", *map(ast.unparse, self.positional), *star, *map(ast.unparse, self.keyword_only))
        keyword = "async def" if self.asynchronous else "def"
        return "\n".join(layout(Group(f"{keyword} {self.name}(", parameters, f") -> {self.returns}:"), indent))


def expected_methods(package: str, api_module: str, interface: str, api: ir.Api) -> tuple[ExpectedMethod, ...]:
    """The abstract methods of the class `interface`, in the order of the module.

    Args:
        package: the generated package.
        api_module: the text of the generated `api.py`.
        interface: the name of the class in it.
        api: where the operations come from.
    """
    operations = {operation.name: operation for operation in api.operations}
    for node in ast.parse(api_module).body:
        if isinstance(node, ast.ClassDef) and node.name == interface:
            return tuple(
                ExpectedMethod(package, method.name, method, operations.get(method.name))
                for method in node.body
                if isinstance(method, ast.AsyncFunctionDef | ast.FunctionDef) and _abstract(method)
            )
    return ()


def _abstract(method: ast.AsyncFunctionDef | ast.FunctionDef) -> bool:
    return any(ast.unparse(decorator).rpartition(".")[2] == "abstractmethod" for decorator in method.decorator_list)
