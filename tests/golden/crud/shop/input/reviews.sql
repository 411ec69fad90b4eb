-- name: list_reviews :many
SELECT reviews.id, stars, text
FROM reviews JOIN products ON products.id = product
WHERE slug = @slug AND reviews.id > @cursor
ORDER BY reviews.id
LIMIT @limit;

-- name: add_review :one
-- nullable: text
INSERT INTO reviews (product, stars, text)
SELECT id, @stars, @text FROM products WHERE slug = @slug
RETURNING id, stars, text;

-- name: get_review :one
SELECT id, stars, text FROM reviews WHERE id = @id;

-- name: delete_review :execrows
DELETE FROM reviews WHERE id = @id;

-- name: hide_review :execrows
UPDATE reviews SET hidden = true WHERE id = @id;
