-- name: get_pause :one
-- row: katana.runtime.sql.Interval
SELECT months, days, microseconds FROM pauses WHERE id = @id;

-- name: list_pauses :many
-- row: katana.runtime.sql.Interval
-- filter: days = @days
SELECT months, days, microseconds FROM pauses ORDER BY id;

-- name: add_pause :one!
-- row: katana.runtime.sql.Interval
-- on_conflict: update | nothing
INSERT INTO pauses (id, months, days, microseconds)
VALUES (@id, @months, @days, @microseconds)
RETURNING months, days, microseconds;

-- name: whole_pauses :stream
SELECT * FROM pauses;
