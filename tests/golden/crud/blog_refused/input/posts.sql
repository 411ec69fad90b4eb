-- name: list_authors :many
SELECT id, name FROM authors ORDER BY id;

-- name: list_posts :many
-- embed: author, editor
-- prefetch: comments = comments_of_posts by post_id
-- prefetch: first = comments_of_posts by post_id
SELECT p.id, p.title, author.*, editor.*
FROM posts p
JOIN authors author ON author.id = p.author_id
LEFT JOIN authors editor ON editor.id = p.editor_id
ORDER BY p.id;

-- name: comments_of_posts :many
SELECT * FROM comments WHERE post_id = ANY (@post_ids) ORDER BY id;
