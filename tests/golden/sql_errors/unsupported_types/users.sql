-- name: get_user :one
SELECT id, home, at, awake, moods FROM users WHERE id = @id;

-- name: all_of_it :many
SELECT * FROM users;

-- name: feel :exec
UPDATE users SET moods = @moods, at = @place WHERE id = @id;
