-- name: list :many
SELECT * FROM "userPosts" WHERE "int" = @int AND "date" = @date AND "class" = @class;

-- name: int :many
SELECT * FROM audit."userPosts" WHERE kind = ANY(@kinds::text[]::"int"[]) AND id = @pack_int8;

-- name: get_all :many
SELECT id FROM get_all WHERE name = @result;

-- name: sequence :one
SELECT id, name FROM get_all WHERE id = ANY(@ids::bigint[]) AND name = ANY(@single_row::text[]);
