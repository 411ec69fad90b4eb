-- name: colon :one
SELECT name FROM users WHERE id = :id;

-- name: python :one
SELECT name FROM users WHERE id = %(id)s;

-- name: question_mark :one
SELECT name FROM users WHERE id = ?;

-- name: sqlc :one
SELECT name FROM users WHERE id = sqlc.arg(id);

-- name: sqlc_null :one
SELECT name FROM users WHERE id = sqlc.narg('id');

-- name: braces :one
SELECT name FROM users WHERE id = {id};

-- name: double_quotes :one
SELECT id FROM users WHERE name = "Ada";

-- name: in_array :many
SELECT id FROM users WHERE id IN @ids;

-- name: not_in_array :many
SELECT id FROM users WHERE id NOT IN @ids;

-- name: dollar_name :many
SELECT id FROM users WHERE id = $id;
