-- name: get_user :one
SELECT id FROM userz WHERE id = @user_id;
