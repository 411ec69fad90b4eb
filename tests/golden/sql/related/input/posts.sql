-- name: posts_by_user_id :many
-- prefetch: comments.list_comments by post_id
SELECT * FROM posts WHERE user_id = ANY (@user_ids) ORDER BY id;
