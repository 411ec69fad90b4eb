-- name: get_user :one
SELECT id, home, at, price, words FROM users WHERE id = @id;

-- name: all_of_it :many
SELECT * FROM users;

-- name: feel :exec
UPDATE users SET words = @words, at = @place WHERE id = @id;

-- name: search :many
SELECT id, c, ROW(id, price) AS pair FROM users, pg_class AS c WHERE words @@ @query;

-- name: lock_all :one
SELECT pg_advisory_xact_lock(@id::bigint);
