-- name: list_posts :many
-- embed: author, editor
-- prefetch: comments = comments_of_posts by post_id
SELECT p.id, p.title, author.*, editor.*
FROM posts p
JOIN authors author ON author.id = p.author_id
LEFT JOIN authors editor ON editor.id = p.editor_id
WHERE p.id > @after
ORDER BY p.id
LIMIT @page_size;

-- name: posts_by_author_id :many
-- prefetch: comments = comments_of_posts by post_id
SELECT id, author_id, title FROM posts WHERE author_id = ANY (@author_ids) ORDER BY id;

-- name: comments_of_posts :many
SELECT * FROM comments WHERE post_id = ANY (@post_ids) ORDER BY id;
