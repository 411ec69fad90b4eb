-- name: no_such_relation :many
-- embed: author = a
SELECT p.id, u.* FROM posts p JOIN users u ON u.id = p.user_id;

-- name: nothing_selected :many
-- embed: author
SELECT p.id, p.title FROM posts p JOIN users author ON author.id = p.user_id;

-- name: no_presence :many
-- embed: reviewer = r
SELECT p.id, r.manager_id FROM posts p LEFT JOIN users r ON r.id = p.reviewer_id;

-- name: same_member :many
-- embed: title = u
SELECT p.id, p.title, u.* FROM posts p JOIN users u ON u.id = p.user_id;

-- name: twice :many
-- embed: a = u, b = u
SELECT p.id, u.* FROM posts p JOIN users u ON u.id = p.user_id;

-- name: malformed :many
-- embed: author as u, posts.author.x
SELECT p.id, u.* FROM posts p JOIN users u ON u.id = p.user_id;

-- name: no_rows :exec
-- embed: posts
DELETE FROM posts;

-- name: of_a_union :many
-- embed: posts
SELECT * FROM posts UNION ALL SELECT * FROM posts;

-- name: two_lists :many
-- one_per_row: posts = p
-- one_per_row: comments = c
SELECT u.*, p.*, c.* FROM users u LEFT JOIN posts p ON p.user_id = u.id LEFT JOIN comments c ON c.user_id = u.id;

-- name: cut_off :many
-- one_per_row: posts = p
SELECT u.*, p.* FROM users u LEFT JOIN posts p ON p.user_id = u.id LIMIT @n;

-- name: streamed :stream
-- one_per_row: posts = p
SELECT u.*, p.* FROM users u LEFT JOIN posts p ON p.user_id = u.id;

-- name: no_key :many
-- one_per_row: posts = p
SELECT u.name, p.* FROM users u LEFT JOIN posts p ON p.user_id = u.id;

-- name: computed :many
-- one_per_row: posts = p
SELECT u.id, upper(p.title) AS shout, p.id FROM users u LEFT JOIN posts p ON p.user_id = u.id;

-- name: no_list :many
-- embed: posts.author = u
SELECT p.id, u.* FROM posts p JOIN users u ON u.id = p.user_id;

-- name: same_column :many
-- embed: author = u
SELECT p.id, u.id, u.* FROM posts p JOIN users u ON u.id = p.user_id;
