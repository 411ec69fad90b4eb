"""The first minute of a service: `python -m katana.dev svc_server.main` serves it with a PostgreSQL of its own.

In: the module that a build generated for a service, and the server's options. Out: a serving process, an embedded
PostgreSQL if the service needs one and none is configured. Never: production; the package is not part of a PEX.
"""

__all__ = ()
