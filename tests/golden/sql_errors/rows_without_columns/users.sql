-- name: touch :one
UPDATE users SET name = name;
