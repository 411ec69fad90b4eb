-- name: rename :one
-- cache: 30s
UPDATE books SET title = @title WHERE id = @id RETURNING id;

-- name: moved :many
-- replica_ok
WITH gone AS (DELETE FROM books RETURNING id) SELECT id FROM gone;

-- name: held :many
-- read_only
SELECT id FROM books FOR UPDATE;

-- name: visited_books :many
-- replica_ok
SELECT id, visit FROM visited;

-- name: counted :one!
-- cache: 5s
SELECT nextval('visits') FROM books;

-- name: titles :stream
-- replica_ok
SELECT title FROM books;

-- name: slow :many
-- timeout: 2
SELECT title FROM books;

-- name: never :many
-- cache: 0s
SELECT title FROM books;
