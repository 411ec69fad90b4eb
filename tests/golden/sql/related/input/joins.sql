-- name: get_post :one
-- embed: author, reviewer = r
SELECT p.id, p.title, author.*, r.*
FROM posts p
JOIN users author ON author.id = p.user_id
LEFT JOIN users r ON r.id = p.reviewer_id
WHERE p.id = @id;

-- name: stream_posts :stream
-- embed: post = p
-- embed: profile = f
SELECT f.bio, f.user_id, p.*
FROM posts p
LEFT JOIN profiles f USING (user_id)
ORDER BY p.id;

-- name: list_users_and_posts :many
-- one_per_row: posts = p
SELECT u.id, u.name, p.id, p.title, lower(u.name) AS lower_name
FROM (SELECT * FROM users ORDER BY id LIMIT @page_size) u
LEFT JOIN posts p ON p.user_id = u.id
ORDER BY u.id, p.id;

-- name: get_user_and_posts :one!
-- one_per_row: posts
-- embed: posts.reviewer
-- embed: profile
SELECT users.*, posts.*, reviewer.*, profile.*
FROM users
JOIN posts ON posts.user_id = users.id
LEFT JOIN users reviewer ON reviewer.id = posts.reviewer_id
LEFT JOIN profiles profile ON profile.user_id = users.id
WHERE users.id = @id
ORDER BY posts.id;

-- name: list_labels :many
-- one_per_row: others = b
SELECT a.code, a.place, a.label, b.*
FROM labels a
LEFT JOIN labels b ON b.code = a.code AND b.place <> a.place
ORDER BY a.code, a.place, b.place;
