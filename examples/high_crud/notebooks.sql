-- name: list_notebooks :many
SELECT id, title, color, created_at
FROM notebooks
WHERE id > @cursor
ORDER BY id
LIMIT @limit;

-- name: list_contents :many
-- prefetch: notes by notebook_id
SELECT id, title
FROM notebooks
ORDER BY title;

-- name: get_notebook :one
SELECT id, title, color, created_at
FROM notebooks
WHERE id = @id;

-- name: create_notebook :one!
-- nullable: color
INSERT INTO notebooks (title, color)
VALUES (@title, @color)
RETURNING id, title, color, created_at;

-- name: replace_notebook :one
-- nullable: color
UPDATE notebooks
SET title = @title, color = @color
WHERE id = @id
RETURNING id, title, color, created_at;

-- name: delete_notebook :execrows
DELETE FROM notebooks
WHERE id = @id;
