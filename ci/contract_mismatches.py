"""Break the contract of the reference service in eight ways; each must fail `check` and `package` at the right line.

`python3 ci/contract_mismatches.py` in a clean clone. Edits one file at a time, runs both goals, restores the file.
Needs nothing but a Python and `./pants`.
"""

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

CONTROLLER = Path("src/svc/users.py")
QUERIES = Path("src/sql/users/users.sql")
DOCUMENT = Path("src/openapi/users.yaml")


@dataclass(frozen=True)
class Mismatch:
    """`old` becomes `new` in `file`; both goals must then name `blamed`'s line that holds `mark`, and say `words`."""

    name: str
    file: Path
    old: str
    new: str
    mark: str
    words: str
    blamed: Path = CONTROLLER


MISMATCHES = (
    Mismatch(
        "a method is missing",
        CONTROLLER,
        "async def delete_user(",
        "async def remove_user(",
        "class UsersController(",
        "delete_user",
    ),
    Mismatch(
        "a parameter has the wrong type",
        CONTROLLER,
        "async def get_user(self, ctx: Ctx, user_id: int)",
        "async def get_user(self, ctx: Ctx, user_id: str)",
        "async def get_user(",
        "user_id",
    ),
    Mismatch(
        "the return type is not the contract's",
        CONTROLLER,
        "user_id: int) -> User | NotFound | UnprocessableContent",
        "user_id: int) -> UserPage | NotFound | UnprocessableContent",
        "async def get_user(",
        "get_user",
    ),
    Mismatch(
        "an undeclared response is returned",
        CONTROLLER,
        "return NoContent() if deleted else _no_user(ctx, user_id)",
        'return NoContent() if deleted else ctx.problem.conflict("user.gone")',
        "return NoContent() if deleted",
        "Conflict",
    ),
    Mismatch(
        "a method is not async",
        CONTROLLER,
        "async def delete_user(self, ctx: Ctx, user_id: int) -> NoContent | NotFound | UnprocessableContent:\n"
        "        deleted = await self._users.delete_user(ctx, id=user_id)\n"
        "        return NoContent() if deleted else _no_user(ctx, user_id)",
        "def delete_user(self, ctx: Ctx, user_id: int) -> NoContent | NotFound | UnprocessableContent:\n"
        "        return _no_user(ctx, user_id)",
        "def delete_user(",
        "async",
    ),
    Mismatch(
        "the contract has grown an operation",
        DOCUMENT,
        "  /users/{user_id}/posts:\n",
        "  /users/count:\n    get:\n      operationId: count_users\n      tags: [users]\n      responses:\n"
        '        "200":\n          description: How many.\n          content:\n            application/json:\n'
        "              schema: {type: integer}\n"
        "  /users/{user_id}/posts:\n",
        "class UsersController(",
        "count_users",
    ),
    Mismatch(
        "a query does not fit the schema",
        QUERIES,
        "-- name: get_user :one\n-- row: users_api.dto.User\nSELECT id, name,",
        "-- name: get_user :one\n-- row: users_api.dto.User\nSELECT id, nickname,",
        "SELECT id, nickname,",
        'column "nickname" does not exist',
        QUERIES,
    ),
    Mismatch(
        "rows lack what the contract's class needs",
        QUERIES,
        "-- name: get_user :one\n-- row: users_api.dto.User\nSELECT id, name, email, bio, age,",
        "-- name: get_user :one\n-- row: users_api.dto.User\nSELECT id, name, email, bio,",
        "-- name: get_user :one",
        "`User` needs `age`, which is not selected",
        QUERIES,
    ),
)


def failure(mismatch: Mismatch, goal: str) -> str:
    """What is wrong with how `./pants GOAL` reports the mismatch; empty when nothing is."""
    text = mismatch.blamed.read_text()
    line = next(number for number, content in enumerate(text.splitlines(), 1) if mismatch.mark in content)
    target = "::" if goal == "check" else "src/svc:server"
    run = subprocess.run(["./pants", goal, target], capture_output=True, text=True, check=False, timeout=600)
    output = run.stdout + run.stderr
    place = re.compile(rf"{re.escape(str(mismatch.blamed))}:{line}(:\d+)?: error:")
    if run.returncode == 0:
        return f"`./pants {goal}` passed"
    if not place.search(output):
        return f"`./pants {goal}` does not blame {mismatch.blamed}:{line}:\n{output}"
    if mismatch.words not in output:
        return f"`./pants {goal}` does not say {mismatch.words!r}:\n{output}"
    if "Traceback (most recent call last)" in output:
        return f"`./pants {goal}` shows a traceback:\n{output}"
    return ""


def main() -> None:
    """Try every mismatch; exit 1 when one is not reported as it should be."""
    failures = 0
    for mismatch in MISMATCHES:
        original = mismatch.file.read_text()
        assert original.count(mismatch.old) >= 1, f"{mismatch.file} has changed: {mismatch.old!r} is not there"
        mismatch.file.write_text(original.replace(mismatch.old, mismatch.new, 1))
        try:
            for goal in ("check", "package"):
                problem = failure(mismatch, goal)
                failures += bool(problem)
                print(f"{'not ok' if problem else 'ok'}: {mismatch.name}: {goal} {problem}", flush=True)
        finally:
            mismatch.file.write_text(original)
    if failures:
        sys.exit(1)


if __name__ == "__main__":
    main()
