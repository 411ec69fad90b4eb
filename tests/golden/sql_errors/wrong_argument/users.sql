-- name: find :many
SELECT lower(id) AS x FROM users;
