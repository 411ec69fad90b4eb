-- name: get_user :one
SELECT id, nmae
FROM users
WHERE id = @user_id;
