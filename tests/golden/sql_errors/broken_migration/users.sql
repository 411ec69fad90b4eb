-- name: find :many
SELECT id FROM users;
