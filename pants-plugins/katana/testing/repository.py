"""A small repository to try the backend on: one API, one database, one service, and a fake generator.

In: nothing. Out: a `RuleRunner` with these files. Never: the network; the fake needs no requirements.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Union

from pants.backend.python.target_types import PythonSourcesGeneratorTarget, PythonSourceTarget
from pants.engine.addresses import Address
from pants.engine.rules import QueryRule
from pants.engine.target import Target
from pants.testutil.rule_runner import RuleRunner

from katana import register
from katana.testing import fake_generator, fake_probe

DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Users", "version": "1.0.0", "description": "People."},
    "paths": {},
    "components": {"schemas": {"User": {"$ref": "shapes/user.json#/User"}}},
}

FILES = {
    "openapi/BUILD": 'katana_openapi(name="users", source="users.json")\n',
    "openapi/users.json": json.dumps(DOCUMENT),
    "openapi/shapes/BUILD": "katana_openapi_fragments()\n",
    "openapi/shapes/user.json": json.dumps({"User": {"type": "object"}}),
    "sql/BUILD": 'katana_sql(name="users", schema=["schema/*.sql"], sources=["users/*.sql"])\n',
    "sql/schema/0001_users.up.sql": "CREATE TABLE users (id int8);\n",
    "sql/users/users.sql": "-- name: get_user :one\nSELECT id FROM users WHERE id = @id;\n",
    "svc/BUILD": 'python_sources()\n\nkatana_service(name="server")\n',
    "svc/users.py": (
        "from users_api.api import UsersApi\n"
        "from users_db.repo import UsersRepo\n\n\n"
        "class UsersController(UsersApi):\n"
        "    pass\n"
    ),
    "katana/runtime/BUILD": "python_sources(sources=['**/*.py'])\n",
    "katana/runtime/__init__.py": "",
    "katana/runtime/generated/__init__.py": "",
    "katana/runtime/generated/formats.py": "",
    "katana/runtime/generated/multipart.py": "",
    "katana/runtime/generated/sequences.py": "",
    "katana/runtime/sql/__init__.py": "",
    "katana/runtime/webhooks/__init__.py": "",
    "katana/runtime/webhooks/generated.py": "",
    "katana/probe/BUILD": "python_sources()\n",
    "katana/probe/__init__.py": "",
    "katana/probe/__main__.py": Path(fake_probe.__file__).read_text(),
    "msgspec/BUILD": "python_sources()\n",
    "msgspec/__init__.py": "",
    "tool/BUILD": "python_sources()\n",
    "tool/fake_generator.py": Path(fake_generator.__file__).read_text(),
}

_ENVIRONMENT = {
    "HOME",
    "PATH",
    "PYENV_ROOT",
    "PANTS_PEX_CLI_KNOWN_VERSIONS",
    "PANTS_PEX_CLI_URL_TEMPLATE",
    "PANTS_PEX_CLI_VERSION",
    "XDG_CACHE_HOME",
}


class Repository:
    """The repository of one test module. Tests that change it put back what they changed with `restore`."""

    def __init__(self, rules: Iterable[Any] = (), queries: Iterable[QueryRule] = ()) -> None:
        self.runner = RuleRunner(
            rules=[*register.rules(), *rules, *queries],
            target_types=[*register.target_types(), PythonSourceTarget, PythonSourcesGeneratorTarget],
        )
        self.restore()
        self.configure()

    def configure(self, *arguments: str, fake: bool = True) -> None:
        """Sets options; without the fake, nothing says where the generator comes from."""
        self.runner.set_options(
            [
                *(["--katana-generator=tool/fake_generator.py"] if fake else []),
                "--katana-generator-main=fake_generator:main",
                "--source-root-patterns=['/', 'tool', 'svc_root']",
                "--python-interpreter-constraints=['CPython>=3.9,<3.15']",
                *arguments,
            ],
            env_inherit=_ENVIRONMENT,
        )

    def restore(self) -> None:
        """The files as they were."""
        self.runner.write_files(FILES)

    def write(self, path: str, content: Union[str, dict[str, Any]]) -> None:
        """Writes one file; a dictionary becomes JSON."""
        self.runner.write_files({path: content if isinstance(content, str) else json.dumps(content)})

    def target(self, spec: str) -> Target:
        """The target at an address such as `svc:server`."""
        directory, _, name = spec.partition(":")
        return self.runner.get_target(Address(directory, target_name=name))
