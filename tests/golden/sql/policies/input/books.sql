-- name: get_book :one
-- cache: 1.5s
-- replica_ok
-- timeout: 250ms
SELECT id, title, sold FROM books WHERE id = @id;

-- name: best_sellers :many
-- cache: 1m
SELECT id, title, sold FROM books ORDER BY sold DESC, id LIMIT 10;

-- name: count_books :one!
-- read_only
SELECT count(*) FROM books;

-- name: titles :many
-- replica_ok
SELECT title FROM books ORDER BY id;

-- name: all_books :stream
-- timeout: 10m
-- read_only
SELECT id, title, sold FROM books ORDER BY id;

-- name: sell :execrows
-- timeout: 2s
UPDATE books SET sold = sold + 1 WHERE id = @id;

-- name: add_books :copyfrom
-- timeout: 1m
INSERT INTO books (id, title) VALUES (@id, @title);

-- name: sell_each :batch
-- timeout: 5s
UPDATE books SET sold = sold + 1 WHERE id = @id;
