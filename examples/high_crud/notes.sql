-- name: list_notes :many
-- nullable: state
SELECT id, number, notebook_id, title, text, state, tags, due, effort, source, created_at
FROM notes
WHERE notebook_id = @notebook_id
  AND (@state::state IS NULL OR state = @state)
  AND number > @cursor
ORDER BY number
LIMIT @limit;

-- name: notes_by_notebook_id :many
SELECT id, number, notebook_id, title, text, state, tags, due, effort, source, created_at
FROM notes
WHERE notebook_id = ANY (@notebook_ids)
ORDER BY number;

-- name: get_note :one
SELECT id, number, notebook_id, title, text, state, tags, due, effort, source, created_at
FROM notes
WHERE id = @id;

-- name: create_note :one!
-- nullable: due, effort, source
INSERT INTO notes (notebook_id, title, text, state, tags, due, effort, source)
VALUES (@notebook_id, @title, @text, @state, @tags, @due, @effort, @source)
RETURNING id, number, notebook_id, title, text, state, tags, due, effort, source, created_at;

-- name: patch_note :one
-- nullable: title, text, state, due
UPDATE notes
SET title = coalesce(@title, title),
    text = coalesce(@text, text),
    state = coalesce(@state, state),
    due = CASE WHEN @set_due::boolean THEN @due ELSE due END
WHERE id = @id
RETURNING id, number, notebook_id, title, text, state, tags, due, effort, source, created_at;

-- name: delete_note :execrows
DELETE FROM notes
WHERE id = @id;
