"""The configuration of a process: one typed object that knows where each value came from.

In: a file, the environment, the command line. Out: `Config`. Never: a secret in a text.

Precedence: defaults < profile < `katana.toml` < environment (`KATANA_*`) < command line. A name that nobody knows is an
error wherever it stands, because it is most often a known one with a typing mistake, and a service that runs with a
default nobody wanted is worse. The variables of the tools around a service are none of its business and may be there.
"""

from katana.runtime._config._config import Config, ConfigError, Profile, masked, shown
from katana.runtime._config._options import LIMIT_OPTIONS, OPTIONS, Option, suggestion
from katana.runtime._config._profiles import PROFILES
from katana.runtime._config._resolve import TAKEOVER_VARIABLE, resolve

__all__ = (
    "LIMIT_OPTIONS",
    "OPTIONS",
    "PROFILES",
    "TAKEOVER_VARIABLE",
    "Config",
    "ConfigError",
    "Option",
    "Profile",
    "masked",
    "resolve",
    "shown",
    "suggestion",
)
