-- name: both :exec
DELETE FROM users;
DELETE FROM users;
