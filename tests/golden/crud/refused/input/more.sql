-- name: twice :many
SELECT id FROM orders;
