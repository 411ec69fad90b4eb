"""The contract tests that nobody wrote: `python -m katana.probe svc_server.main`.

In: the generated module of a service, and the OpenAPI documents that its package carries. Out: requests of every kind
that the documents allow and forbid, and one line for each answer that is not what they promise. Never: production, or
a database that anyone else uses; the package is not part of a PEX.
"""

from katana.probe._command import main

__all__ = ("main",)
