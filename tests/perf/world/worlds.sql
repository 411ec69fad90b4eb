-- name: get_world :one!
SELECT id, random_number FROM world WHERE id = @id;

-- name: find_world :one
SELECT id, random_number FROM world WHERE id = @id;

-- Each row is a query of its own, and all are under way at once.
-- name: get_worlds :batch
SELECT id, random_number FROM world WHERE id = @id;

-- name: list_fortunes :many
SELECT id, message FROM fortune;

-- Rows in the order of their keys, so that two requests never wait for each other.
-- name: change_worlds :bulk
UPDATE world SET random_number = changed.random_number
FROM (
    SELECT * FROM unnest(@id::integer[], @random_number::integer[]) AS given (id, random_number) ORDER BY id
) AS changed
WHERE world.id = changed.id;
