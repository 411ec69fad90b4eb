-- name: find :many
-- params: id
-- nullable: nam
-- not_null: boi
SELECT id, bio FROM users WHERE id = $1;
