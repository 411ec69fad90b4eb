"""From the command line to an exit code.

In: the module of a service, and options. Out: a report; exit code 0 (kept), 1 (broken), 2 (wrong options) or 3 (the
service does not start). Never: the database that KATANA_DATABASE_URL names: a probe creates, changes and deletes.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from katana.dev import LaunchError, load
from katana.embedded import EmbeddedPostgres, EmbeddedPostgresError
from katana.probe._client import Client
from katana.probe._contract import Document
from katana.probe._credentials import Credentials
from katana.probe._observed import Observer
from katana.probe._report import Places, lines
from katana.probe._session import Outcome, Session
from katana.runtime import Config, Server, Service

_HOST = "127.0.0.1"


class ProbeError(Exception):
    """The probe cannot begin; the text says what to do."""


def main(arguments: Sequence[str]) -> int:
    """Probes a service and prints what it finds; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        service = load(options.module)
        documents = _documents(service, options.document)
        credentials = Credentials(_credentials(options.credentials))
        places = Places(options.source)
        outcome = _probe(service, documents, credentials, options.database_url)
    except (LaunchError, ProbeError, EmbeddedPostgresError) as error:
        sys.stderr.write(f"{options.module}: error: {error}\n")
        return 3
    for line in lines(outcome, places, credentials):
        sys.stdout.write(f"{line}\n")
    return 1 if outcome.findings else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m katana.probe",
        description="Send a service what its contract allows and forbids, and report each answer that breaks it.",
        epilog="example: python -m katana.probe svc_server.main --source src/openapi/users.yaml",
    )
    parser.add_argument("module", help="the module that was generated for the service: svc_server.main")
    parser.add_argument(
        "--document", type=Path, action="append", default=[], metavar="FILE",
        help="a bundled document (`katana ir bundle`), instead of those that the service's package carries",
    )  # fmt: skip
    parser.add_argument(
        "--source", type=Path, action="append", default=[], metavar="SPEC",
        help="a document as it was written, so that findings can name its lines",
    )  # fmt: skip
    parser.add_argument(
        "--credentials", metavar="MODULE:FUNCTION",
        help="returns a secret (a key, a token, user:password) for security schemes, by their names",
    )  # fmt: skip
    parser.add_argument(
        "--database-url", metavar="URL",
        help="an empty PostgreSQL database to fill, instead of an embedded one that is thrown away",
    )  # fmt: skip
    return parser


def _documents(service: Service, files: Sequence[Path]) -> list[Document]:
    found = {file.stem: file.read_bytes() for file in files} or service.documents()
    if not found:
        raise ProbeError(
            f"the package {service.package!r} has no documents\n  help: katana ir bundle -i SPEC -o SPEC.json, then"
            " --document SPEC.json; `./pants test` does that"
        )
    return [Document(name, _decoded(name, found[name])) for name in sorted(found)]


def _decoded(name: str, text: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise ProbeError(
            f"the document {name} is no JSON object: {error}\n  help: katana ir bundle makes one"
        ) from None


def _credentials(name: str | None) -> Mapping[str, str]:
    if name is None:
        return {}
    module, _, function = name.partition(":")
    try:
        found = getattr(importlib.import_module(module), function)()
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        raise ProbeError(f"--credentials {name}: {error}") from None
    try:
        return msgspec.convert(found, dict[str, str])
    except msgspec.ValidationError as error:
        raise ProbeError(f"--credentials {name}: {error}; return a dict of secrets by scheme") from None


def _probe(service: Service, documents: list[Document], credentials: Credentials, url: str | None) -> Outcome:
    with _database(service, url) as found, Observer() as observer:
        config = Config(host=_HOST, port=0, database_url=found, profile="dev")
        return asyncio.run(_served(observer, service, config, documents, credentials))


async def _served(
    observer: Observer, service: Service, config: Config, documents: list[Document], credentials: Credentials
) -> Outcome:
    server = Server(observer.watch(service), config)
    try:
        await server.start()
    except Exception as error:  # whatever a controller does when it is made
        raise ProbeError(f"the service does not start: {type(error).__name__}: {error}") from error
    try:
        session = Session(Client(_HOST, server.port), observer, credentials, config.body_limit)
        return await asyncio.to_thread(session.run, documents)
    finally:
        await server.stop(deadline=1.0)


@contextmanager
def _database(service: Service, url: str | None) -> Iterator[str | None]:
    if url is not None or not service.needs_database:
        yield url
        return
    with EmbeddedPostgres.start() as server:
        yield server.create_database("probe")
