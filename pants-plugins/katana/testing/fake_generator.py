"""A `katana` command that only knows the shape of its job: what the tests of the backend run in place of the real one.

In: the command line of the real command; documents in JSON. Out: files where the real command would put them. It reads
nothing it was not told about, so a file that the backend forgot to provide is an error here too.

A document may say `"fail": "text"`; the command then prints the text and refuses it. With `"warn": "text"` it prints
the text and goes on. A service whose package is `refused` is refused, with the texts of contracts that are there.
"""

import argparse
import json
import pathlib
import re
import sys
from typing import Any

MODULES = {
    "openapi": ("dto", "responses", "api", "validators", "routes", "senders"),
    "sql": ("rows", "params", "repo", "migrations"),
    "service": ("main",),
}
WORDS = {"description", "summary", "example"}


def without_words(value: Any) -> Any:
    """The value without what has no meaning to a machine."""
    if isinstance(value, dict):
        return {name: without_words(member) for name, member in sorted(value.items()) if name not in WORDS}
    if isinstance(value, list):
        return [without_words(member) for member in value]
    return value


def with_references(path: Any) -> Any:
    """The document at `path`, with every file that it refers to in place of the reference."""
    text = pathlib.Path(path).read_text()
    document = json.loads(text)
    for file in re.findall(r'"\$ref": "([^"#]+)', text):
        document[file] = with_references(pathlib.Path(path).parent / file)
    return document


def write(path: Any, text: str) -> None:
    """Writes a file and the directories above it."""
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def refuse(text: str) -> None:
    """Ends the command the way the real one does on a mistake of its user."""
    sys.exit(f"{text}\n1 error")


def dump(options: argparse.Namespace) -> None:
    """`ir dump`."""
    if options.kind == "openapi":
        document = with_references(options.input)
        if "fail" in document:
            refuse(f"{options.input}:1:1: error: {document['fail']}")
        if "warn" in document and options.strict:
            refuse(f"{options.input}:1:1: error: {document['warn']}")
        if "warn" in document:
            sys.stderr.write(f"{options.input}:1:1: warning: {document['warn']}\n")
        write(options.output, json.dumps(without_words(document)))
        return
    texts = {file: pathlib.Path(file).read_text() for file in (*options.schema, *options.queries)}
    for file, text in texts.items():
        if "fail" in text:
            refuse(f"{file}:1:1: error: {text.strip()}")
    lines = {
        file: [line for line in text.splitlines() if not line.startswith("-- why:")] for file, text in texts.items()
    }
    write(options.output, json.dumps({"schema": options.schema, "lines": lines}))


def generate(options: argparse.Namespace) -> None:
    """`gen openapi|sql|service`."""
    if options.kind == "service":
        manifest = json.loads(pathlib.Path(options.manifest).read_text())
        for part in (*manifest["apis"], *manifest["databases"]):
            json.loads(pathlib.Path(part["ir"]).read_text())
        package, content = manifest["package"], json.dumps(manifest, sort_keys=True)
        if package == "refused":
            sources = [manifest["apis"][0]["source"], f"{manifest['databases'][0]['source']}/users/users.sql"]
            there = [file for file in sources if pathlib.Path(file).is_file()]
            refuse(f"{' and '.join(there) or 'nothing'} can be read")
    else:
        package, content = options.package, pathlib.Path(options.ir).read_text()
    policies = f"# json={options.json} alloc={options.alloc}\n" if options.json or options.alloc else ""
    folder = pathlib.Path(options.output, *package.split("."))
    write(folder / "__init__.py", "")
    more = ("crud",) if options.kind == "service" and manifest["layer"] == "high" else ()
    for module in (*MODULES[options.kind], *more):
        write(folder / f"{module}.py", f"# {content}\n{policies}")


def check(options: argparse.Namespace) -> None:
    """`check service`: a controller file that holds the word BROKEN breaks the contract."""
    manifest = json.loads(pathlib.Path(options.manifest).read_text())
    for controller in manifest["controllers"]:
        lines = pathlib.Path(controller["path"]).read_text().splitlines()
        for number, line in enumerate(lines, 1):
            if "BROKEN" in line:
                refuse(f"{controller['path']}:{number}:1: error: {controller['class']} breaks the contract")


def main() -> None:
    """Parses what the backend passes, and nothing else."""
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(required=True)
    ir = commands.add_parser("ir").add_subparsers(required=True)
    gen = commands.add_parser("gen").add_subparsers(required=True, dest="kind")
    checks = commands.add_parser("check").add_subparsers(required=True)

    dumping = ir.add_parser("dump")
    dumping.add_argument("--kind")
    dumping.add_argument("--strict", action="store_true")
    dumping.add_argument("--schema", nargs="+", default=[])
    dumping.add_argument("--queries", nargs="+", default=[])
    dumping.set_defaults(run=dump)
    bundling = ir.add_parser("bundle")
    bundling.set_defaults(run=lambda options: write(options.output, json.dumps(with_references(options.input))))
    for command in (dumping, bundling):
        command.add_argument("-i", dest="input")
        command.add_argument("-o", dest="output")

    for kind in MODULES:
        generating = gen.add_parser(kind)
        generating.add_argument("--ir")
        generating.add_argument("--package")
        generating.add_argument("--manifest")
        generating.add_argument("--json")
        generating.add_argument("--alloc")
        generating.add_argument("-o", dest="output")
        generating.set_defaults(run=generate)

    checking = checks.add_parser("service")
    checking.add_argument("--manifest")
    checking.add_argument("--source-root", action="append")
    checking.add_argument("--python-executable")
    checking.set_defaults(run=check)
    for command in (dumping, bundling, *gen.choices.values(), checking):
        command.add_argument("--quiet", action="store_true")

    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()
