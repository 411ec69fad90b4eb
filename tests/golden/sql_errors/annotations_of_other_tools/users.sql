-- name: first :one
SELECT id FROM users;

/* name: block :one */
SELECT id FROM users;

-- Name: capital :many
SELECT id FROM users;

-- name: GetUser :one
SELECT name FROM users WHERE id = @id;

-- name: :one
SELECT 1 AS one;
