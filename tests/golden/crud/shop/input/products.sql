-- name: list_products :many
-- nullable: kind
SELECT id, slug, title, kind, price, weight, tags, maker, importer, since
FROM products
WHERE @kind::kind IS NULL OR kind = @kind
ORDER BY id
LIMIT @page_size
OFFSET @offset;

-- name: search_products :page
-- filter: kind = @kind
-- filter: title ILIKE @pattern
-- filter: weighed: weight IS NOT NULL
-- sort: dearest: price desc, id
-- sort: by_title: title, id
SELECT id, slug, title, kind, price, weight, tags, maker, importer, since FROM products;

-- name: create_product :one!
-- nullable: weight, maker, importer, since
-- error: products_slug_key = 409 product.slug_taken Another product has this slug.
INSERT INTO products (slug, title, kind, price, weight, tags, maker, importer, since)
VALUES (@slug, @title, @kind, @price, @weight, @tags, @maker, @importer, @since)
RETURNING id, slug, title, kind, price, weight, tags, maker, importer, since;

-- name: count_products :one!
-- not_null: count
SELECT count(*) FROM products;

-- name: get_product :one
SELECT id, slug, title, kind, price, weight, tags, maker, importer, since
FROM products
WHERE slug = @slug;

-- name: update_product :one
-- nullable: title, kind, weight, maker
UPDATE products
SET title = coalesce(@title, title),
    kind = coalesce(@kind, kind),
    weight = CASE WHEN @set_weight::boolean THEN @weight ELSE weight END,
    maker = CASE WHEN @set_maker::boolean THEN @maker ELSE maker END
WHERE slug = @slug
RETURNING id, slug, title, kind, price, weight, tags, maker, importer, since;
