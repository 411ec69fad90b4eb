"""Generated Python, put where imports look for it."""

from __future__ import annotations

from pants.engine.addresses import Address
from pants.engine.fs import AddPrefix, Digest, RemovePrefix, Snapshot
from pants.source.source_root import SourceRootRequest

from katana._compat import add_prefix, digest_to_snapshot, get_source_root, remove_prefix

OUTPUT = "__katana__/out"


async def under_source_root(address: Address, generated: Digest) -> Snapshot:
    """The files below `OUTPUT`, moved to the source root of the directory of `address`."""
    root = await get_source_root(SourceRootRequest.for_address(address))
    digest = await remove_prefix(RemovePrefix(generated, OUTPUT))
    if root.path != ".":
        digest = await add_prefix(AddPrefix(digest, root.path))
    snapshot: Snapshot = await digest_to_snapshot(digest)
    return snapshot
