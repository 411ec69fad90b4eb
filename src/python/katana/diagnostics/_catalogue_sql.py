"""The codes of the SQL front end and of its generator.

In: nothing. Out: `SQL`. Never: behaviour.
"""

from katana.diagnostics._code import Code

SQL: dict[str, Code] = {
    "bad-command": Code("a query does not have one command that exists", "write `:one`, `:many`, `:exec`, ..."),
    "batch-form": Code("`:batch` on a statement without parameters", "use `:exec`, or give it parameters"),
    "bulk-form": Code("`:bulk` on a statement without `unnest` over a parameter", "take rows from `unnest(...)`"),
    "copy-form": Code(
        "`:copyfrom` on another statement than a plain INSERT", "write `INSERT INTO t (a, b) VALUES (@a, @b)`"
    ),
    "bad-annotation": Code("an annotation is not written as it has to be", "write it as the hint shows"),
    "bad-migration-name": Code("a file is not named like a migration", "name it `0001_what.up.sql`"),
    "bad-parameter": Code("parameters are numbered with gaps, mixed or misnamed", "write `@name` parameters"),
    "bad-type": Code("a Python type cannot be read", "write `users_api.dto.Settings`, or `... via read, write`"),
    "bad-query-name": Code("a query has no name, or one that Python cannot have", "write `-- name: get_user :one`"),
    "database-statement": Code("a migration changes databases, not schemas", "leave that to whoever runs the server"),
    "deferred-constraint": Code(
        "an error is declared of a constraint that is checked when no query runs", "declare it `INITIALLY IMMEDIATE`"
    ),
    "duplicate-annotation": Code("an annotation or a name in it is given twice", "write one list"),
    "duplicate-column": Code("two columns of a result have one name", "give one of them another with AS"),
    "duplicate-group": Code("two files of queries have one name", "rename one"),
    "duplicate-migration": Code("two migrations have one number", "give each a number of its own"),
    "duplicate-query": Code("two queries of a file have one name", "rename one"),
    "empty-annotation": Code("an annotation names nothing", "name something, or remove it"),
    "migration-failed": Code("PostgreSQL refuses a migration", "correct it; the message is PostgreSQL's"),
    "migration-gap": Code("a number between two migrations is missing", "number them without gaps"),
    "misplaced-annotation": Code("an annotation stands where no query begins", "put it right above its query"),
    "missing-name": Code("a statement without a name", "write `-- name: ...` above it"),
    "missing-semicolon": Code("a query has no end", "end it with `;`"),
    "missing-statement": Code("a name without a query", "write the query below it"),
    "name-collision": Code("two names of SQL are one name in Python", "rename one of them"),
    "nested-form": Code(
        "columns of a join cannot become nested rows as `embed` or `one_per_row` says", "see the message and its hint"
    ),
    "no-database": Code("no PostgreSQL to describe queries with", "see the message; `--db-url` names a server"),
    "no-result-columns": Code("`:one` or `:many` on a statement that returns no rows", "use `:exec`, or `RETURNING`"),
    "not-read-only": Code("a query that is said to only read changes something, or may", "remove the annotation"),
    "no-schema": Code("a directory has neither migrations nor a schema", "add `migrations/` or `schema.sql`"),
    "open-transaction": Code("a migration leaves a transaction open", "end it, or leave BEGIN out"),
    "outdated-lock": Code("the lock describes other SQL than there is", "describe again, and commit the lock"),
    "outdated-output": Code("generated files are not what would be generated", "generate again, and commit"),
    "page-form": Code("`:page` on a query whose rows cannot come in pages", "see the hint; or use `:many`"),
    "psql-command": Code("a command of psql, which PostgreSQL does not know", "remove it"),
    "psql-copy": Code("COPY from standard input", "use INSERT"),
    "prefetch-form": Code(
        "a query cannot be loaded for the rows of another", "return `:many` rows for an array of keys, without LIMIT"
    ),
    "prefetch-key": Code("the keys of a prefetch do not agree, or are not said", "write `by user_id = id`"),
    "query-failed": Code("PostgreSQL refuses a query", "correct it; the message is PostgreSQL's"),
    "several-statements": Code("a query of several statements", "give each a name of its own"),
    "sort-not-total": Code("rows of a page may be equal in their order", "end it with a unique column"),
    "stream-form": Code("`:stream` on a statement that changes something", "stream a SELECT; change by `:bulk`"),
    "too-many-variants": Code("filters and orders make too many variants", "write fewer of them"),
    "unexpected-result-columns": Code("`:exec` on a statement that returns rows", "use `:one` or `:many`"),
    "unknown-annotation": Code("there is no such annotation", "correct the spelling"),
    "unknown-column": Code("an annotation names no column of the result", "name one that is selected"),
    "unknown-constraint": Code(
        "an error is declared of a constraint that the schema does not have", "correct the name, or use a SQLSTATE"
    ),
    "unknown-parameter": Code("an annotation names no parameter of the query", "name one that it uses"),
    "unknown-query": Code("an annotation names a query that does not exist", "write it, or correct the name"),
    "unknown-relation": Code("an annotation names no relation of the query's FROM", "name a table, or its alias"),
    "unnamed-column": Code("a column of a result has no name", "give it one with AS"),
    "unreadable": Code("a file of SQL cannot be read", "check the path, and save it as UTF-8"),
    "unsupported-annotation": Code("an annotation of another tool", "remove it"),
    "unsupported-statement": Code("a statement that changes the session", "leave it to the runtime"),
    "unsupported-type": Code("a type without codec", "cast it in the query, to text for example"),
    "way-back-in-file": Code("the way back stands in the file of the way forth", "move it to the `.down.sql` file"),
}
