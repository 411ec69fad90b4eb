-- name: get_user :one
SELECT id, name, email, bio, age, created_at FROM users WHERE id = @id;

-- name: create_user :one!
-- nullable: bio, age
INSERT INTO users (name, email, bio, age)
VALUES (@name, @email, @bio, @age)
RETURNING id, name, email, bio, age, created_at;

-- name: list_users :many
SELECT id, name, email, bio, age, created_at FROM users WHERE id > @after ORDER BY id LIMIT @page_size;

-- name: touch_users :exec
UPDATE users SET created_at = now();

-- name: delete_users :execrows
DELETE FROM users WHERE id = ANY(@ids::bigint[]);

-- name: count_users :one!
SELECT count(*) AS count FROM users;

-- name: get_bio :one
SELECT bio FROM users WHERE id = @id;

-- name: list_emails :many
SELECT email FROM users ORDER BY email;
