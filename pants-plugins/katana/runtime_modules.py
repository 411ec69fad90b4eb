"""What generated code imports, as dependencies.

In: a module name and a resolve. Out: the addresses of its providers, first-party or third-party. Never: the generated
text, which Pants does not look into.
"""

from __future__ import annotations

from collections.abc import Iterable

from pants.backend.python.dependency_inference.module_mapper import PythonModuleOwnersRequest
from pants.engine.addresses import Address

from katana._compat import concurrently, implicitly, map_module_to_address
from katana.errors import KatanaError, describe
from katana.subsystem import Katana

API = (
    "katana.runtime",
    "katana.runtime.generated",
    "katana.runtime.generated.formats",
    "katana.runtime.generated.sequences",
    "msgspec",
)
SENDERS = ("katana.runtime.webhooks", "katana.runtime.webhooks.generated")
UPLOADS = ("katana.runtime.generated.multipart",)
BROTLI = ("katana.runtime.generated.brotli",)
ZSTD = ("katana.runtime.generated.zstd",)
DATABASE = ("katana.runtime", "katana.runtime.sql", "msgspec")
SERVICE = ("katana.runtime",)
DEV = ("katana.dev", "katana.dev.__main__")
PROBE = ("katana.probe", "katana.probe.__main__")


async def providers(
    modules: Iterable[str], *, resolve: str, target_type: str, address: Address, katana: Katana
) -> tuple[Address, ...]:
    """Who provides `modules`, in their order, each address once.

    Raises:
        KatanaError: nobody does, or several targets do.
    """
    if not katana.infer_runtime_dependencies:
        return ()
    modules = tuple(modules)
    owners = await concurrently(
        map_module_to_address(PythonModuleOwnersRequest(module, resolve=resolve), **implicitly()) for module in modules
    )
    found: dict[Address, None] = {}
    for module, owner in zip(modules, owners):
        if owner.ambiguous:
            listed = ", ".join(str(candidate) for candidate in owner.ambiguous)
            raise KatanaError(
                f"{describe(address, target_type)}: generated code imports {module!r}, which several targets provide in"
                f" the resolve {resolve!r}: {listed}. Remove all but one."
            )
        if not owner.unambiguous:
            raise KatanaError(
                f"{describe(address, target_type)}: generated code imports {module!r}, which no target provides in the"
                f" resolve {resolve!r}. Add a requirement ({module.partition('.')[0]}) to that resolve."
            )
        found.update(dict.fromkeys(owner.unambiguous))
    return tuple(found)
