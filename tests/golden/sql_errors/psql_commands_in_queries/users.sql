\set limit 1

-- name: first :one
\timing on
SELECT id FROM users \gset
;
