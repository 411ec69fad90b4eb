-- name: no_class :one
-- row: User
SELECT id FROM users WHERE id = @id;

-- name: a_list :many
-- row: list[users_api.dto.User]
SELECT id FROM users;

-- name: no_rows :exec
-- row: users_api.dto.User
DELETE FROM users WHERE id = @id;

-- name: rows_in_rows :many
-- row: users_api.dto.User
-- embed: other
SELECT users.id, other.* FROM users JOIN users AS other ON other.id = users.id;

-- name: code :one
-- row: users_api.dto.User; import os
SELECT id FROM users WHERE id = @id;

-- name: twice :one
-- row: users_api.dto.User
-- row: users_api.dto.User
SELECT id FROM users WHERE id = @id;

-- name: users_by_ids :many
-- row: users_api.dto.User
SELECT id FROM users WHERE id = ANY (@ids);

-- name: prefetched :many
-- prefetch: other = users_by_ids by id = id
SELECT id FROM users;
