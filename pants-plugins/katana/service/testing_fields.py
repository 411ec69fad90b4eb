"""How a service is tested against its contract: the fields of `katana_service` that `test` reads."""

from __future__ import annotations

import re
from typing import Optional

from pants.core.goals.test import TestExtraEnvVarsField, TestTimeoutField
from pants.engine.addresses import Address
from pants.engine.target import BoolField, StringField

from katana.errors import FieldError

_FUNCTION = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*\Z", re.ASCII)


class ServiceSkipTestsField(BoolField):
    alias = "skip_tests"
    default = False
    help = "If true, `test` does not test the service against its contract."


class ServiceTestTimeoutField(TestTimeoutField):
    help = (
        "Seconds that the tests of the contract may take. Default: `[test].timeout_default`; never more than"
        " `[test].timeout_maximum`."
    )


class ServiceTestExtraEnvVarsField(TestExtraEnvVarsField):
    help = (
        "Variables for the tests of the contract, as `NAME=value`, or `NAME` to take it from where Pants runs: what"
        " controllers read when they are made."
    )


class ServiceTestCredentialsField(StringField):
    alias = "test_credentials"
    help = (
        "A function that returns secrets by the names of security schemes, as `module:function`, for example"
        ' `"svc.probing:credentials"`. Default: none; of operations that are not for everyone only refusals are tested.'
    )

    @classmethod
    def compute_value(cls, raw_value: Optional[str], address: Address) -> Optional[str]:
        value = super().compute_value(raw_value, address)
        if value is not None and not _FUNCTION.match(value):
            raise FieldError(
                address,
                "katana_service",
                cls.alias,
                f"{value!r} is not `module:function`. Write for example 'svc.probing:credentials'.",
            )
        return value
