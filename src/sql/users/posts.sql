-- name: list_posts :many
-- row: users_api.dto.Post
SELECT id, user_id, title, body, created_at
FROM posts
WHERE user_id = @user_id
  AND id > @after
ORDER BY id
LIMIT @page_size;
