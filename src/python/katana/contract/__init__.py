"""The contract check: do the controllers of a service do what its specification says?

In: a service's `Inputs`. Out: diagnostics with file, line and the signature to write. Never: running a controller.
A first stage compares syntax trees and names what is missing; a second one lets mypy follow every type, so that a
response which is not declared is an error at the `return`.
"""

from katana.contract._check import check
from katana.contract._expected import ExpectedMethod
from katana.contract._mypy import ContractToolError

__all__ = ("ContractToolError", "ExpectedMethod", "check")
