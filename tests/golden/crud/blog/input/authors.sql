-- name: get_author :one
-- prefetch: posts by author_id
SELECT * FROM authors WHERE id = @id;

-- name: list_authors :many
-- one_per_row: posts = p
SELECT a.*, p.id, p.title
FROM authors a
LEFT JOIN posts p ON p.author_id = a.id
ORDER BY a.id, p.id;

-- name: list_names :many
-- row: blog_api.dto.Author
SELECT id, name FROM authors ORDER BY id;

-- name: list_posts_of_author :page
-- sort: id
SELECT id, title FROM posts WHERE author_id = @id;

-- name: add_post :one!
INSERT INTO posts (id, author_id, editor_id, title) VALUES (@number, @id, @editor_id, @title) RETURNING id, title;
