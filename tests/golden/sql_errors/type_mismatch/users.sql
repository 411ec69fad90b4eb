-- name: find :many
SELECT id FROM users WHERE id = @id AND name = @id;
