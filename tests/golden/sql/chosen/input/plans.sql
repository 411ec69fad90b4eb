-- name: get_plan :one
SELECT * FROM plans WHERE id = @id;

-- name: add_plan :exec
-- nullable: first_step, takes, details, address
INSERT INTO plans VALUES (
    @id, @first_step, @spans, @by_name, @home, @files, @takes, @details, @steps, @cells, @address
);

-- name: get_details :one!
-- type: details = katana.runtime.sql.Interval
SELECT id, details FROM plans WHERE home = @home AND details IS NOT NULL;

-- name: set_details :execrows
-- type: details = katana.runtime.sql.Interval
UPDATE plans SET details = @details WHERE id = @id;

-- name: list_names :many
-- type: name = fractions.Fraction via fractions.Fraction, builtins.str
SELECT '1/3'::text AS name, ARRAY[takes] AS takes, first_step FROM plans WHERE takes IS NOT NULL;

-- name: transpose :one!
-- type: rows = [][]
-- type: cells = [][]
SELECT @cells::integer[] AS rows;
