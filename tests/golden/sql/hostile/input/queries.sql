-- name: triple :many
SELECT '"""' AS triple, E'\'\\n' AS escaped, '{x}' AS braces, '# type: ignore' AS remark;

-- name: quoted :many
SELECT "x""; import os", quote FROM "a""b" WHERE "x""; import os" <> '"""; import os; """';

-- name: ends_with_a_quote :one
SELECT 1 AS "one",
       2 AS "two"
FROM "a""b"
WHERE "x""; import os" = @value AND quote = @quote ORDER BY "quote";

-- name: unicode :one!
SELECT 'a
b' AS separator, 'grüße' AS greeting;

-- name: copy_quoted :copyfrom
INSERT INTO "a""b" ("x""; import os", quote) VALUES (@text, @quote);
