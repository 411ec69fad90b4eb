-- name: users_by_ids :many
-- prefetch: posts by user_id
SELECT * FROM users WHERE id = ANY (@ids);

-- name: posts :many
-- prefetch: author = users_by_ids by id = user_id
SELECT * FROM posts WHERE user_id = ANY (@user_ids);

-- name: list_posts :many
-- prefetch: author = users_by_ids by id = user_id
SELECT * FROM posts;
