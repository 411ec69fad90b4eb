-- name: one :one
SELECT nope FROM users;

-- name: two :strem
SELECT id FROM users;

-- name: three :many
SELECT id FROM users WHERE naem = @name;

-- name: one :exec
DELETE FROM users;

-- name: four :many
SELECT id FROM users
