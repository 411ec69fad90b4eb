-- name: find :many
-- nullable: a_long_name
SELECT id
FROM users
WHERE name = @a_long_name AND bio LIKE '%' || @pattern AND nope = @last;
