-- name: list_with_author :many
SELECT p.id, p.title, u.name AS author
FROM posts p
LEFT JOIN users u ON u.id = p.user_id
WHERE p.user_id = @user_id
ORDER BY p.id;

-- name: count_users :one!
SELECT count(DISTINCT user_id) AS users, max(id) AS newest FROM posts;
