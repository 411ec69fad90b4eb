-- name: find :many
SELECT id FROM users WHERE ORDER BY id;
