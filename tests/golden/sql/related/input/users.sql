-- name: list_users :many
-- prefetch: posts by user_id
-- prefetch: profile = profiles_by_users by user_id
-- prefetch: manager = users_by_ids by id
SELECT * FROM users ORDER BY id;

-- name: get_user :one
-- prefetch: titles = titles_like by user_id
SELECT name, id FROM users WHERE id = @id AND name <> @part;

-- name: users_by_ids :many
SELECT * FROM users WHERE id = ANY (@ids);

-- name: profiles_by_users :many
SELECT * FROM profiles WHERE user_id = ANY (@user_ids);

-- name: titles_like :many
SELECT user_id, title FROM posts WHERE user_id = ANY (@user_ids) AND title LIKE @part ORDER BY id;

-- name: users_with_posts :one!
-- one_per_row: posts = p
-- prefetch: reports = users_by_managers by manager_id = id
SELECT u.id, u.name, p.*
FROM users u
LEFT JOIN posts p ON p.user_id = u.id
WHERE u.id = @id
ORDER BY p.id;

-- name: users_by_managers :many
SELECT * FROM users WHERE manager_id = ANY (@manager_ids) ORDER BY id;

-- name: page_users :page
-- filter: name = @name
-- sort: name, id
-- prefetch: written = posts_by_user_id by user_id
SELECT * FROM users;

-- name: search_users :many
-- filter: u.name = @name
-- embed: manager = m
-- prefetch: posts by user_id
SELECT u.*, m.* FROM users u LEFT JOIN users m ON m.id = u.manager_id WHERE u.id > @behind ORDER BY u.id;
