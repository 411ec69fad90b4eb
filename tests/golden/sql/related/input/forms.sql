-- name: add_user :one!
-- on_conflict: (id) update(name) | nothing
-- prefetch: titles = all_titles by user_id
INSERT INTO users (id, name) VALUES (@id, @name) RETURNING *;

-- name: add_users :batch
-- embed: users
INSERT INTO users (id, name) VALUES (@id, @name) RETURNING *;

-- name: moved :many
-- embed: u, p
UPDATE posts p SET title = u.name FROM users u WHERE u.id = p.user_id RETURNING p.*, u.*;

-- name: cte :many
-- embed: n
WITH n AS (INSERT INTO users (id, name) VALUES (@id, @name) RETURNING *) SELECT n.*, 1 AS one FROM n;

-- name: grouped :many
-- embed: u
SELECT u.*, count(*) AS posts FROM users u LEFT JOIN posts p ON p.user_id = u.id GROUP BY u.id;

-- name: sets :many
-- embed: u
SELECT u.id, u.name, count(*) AS posts FROM users u LEFT JOIN posts p ON p.user_id = u.id GROUP BY ROLLUP (u.id, u.name);

-- name: full_join :many
-- embed: u, p
SELECT u.*, p.* FROM users u FULL JOIN posts p ON p.user_id = u.id;

-- name: quoted :many
-- embed: boss = "The Boss"
SELECT u.id, "The Boss".* FROM users u JOIN users "The Boss" ON "The Boss".id = u.manager_id;

-- name: lists_of_cte :many
-- one_per_row: posts = p
WITH page AS (SELECT u.id, f.bio FROM users u JOIN profiles f ON f.user_id = u.id LIMIT 3)
SELECT page.*, p.* FROM page JOIN posts p ON p.user_id = page.id;

-- name: all_titles :many
SELECT user_id, title FROM posts WHERE user_id = ANY (@user_ids) ORDER BY id;
