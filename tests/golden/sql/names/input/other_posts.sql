-- name: list :one
SELECT id, name, 1 AS result FROM get_all WHERE name = @self AND id = @ctx;

-- name: get_all :one
SELECT id, 2 AS two FROM get_all;
