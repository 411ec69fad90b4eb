"""From the address of a field set back to its target."""

from __future__ import annotations

from pants.engine.addresses import Address
from pants.engine.target import WrappedTargetRequest


def existing(address: Address) -> WrappedTargetRequest:
    """The target at an address that Pants itself has come up with, so that it cannot be missing."""
    return WrappedTargetRequest(address, description_of_origin="<a target that exists>")
