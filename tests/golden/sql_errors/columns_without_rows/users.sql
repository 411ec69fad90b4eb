-- name: touch :exec
UPDATE users SET name = name RETURNING id;

-- name: touch_more :execrows
SELECT id FROM users;
