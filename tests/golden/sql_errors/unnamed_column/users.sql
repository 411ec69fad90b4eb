-- name: find :many
SELECT id, 1 + 1, name || bio FROM users;
