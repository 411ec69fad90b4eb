-- name: find :many
SELECT id FROM users WHERE @nothing IS NULL;
