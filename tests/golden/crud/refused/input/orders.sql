-- name: list_orders :many
SELECT * FROM orders WHERE id > @cursor;

-- name: create_order :one!
-- error: orders_pkey = 418 order.teapot
INSERT INTO orders (state, price, note, "when", id)
VALUES (@state, @price, @note, @when, @number)
RETURNING *;

-- name: get_order :one
SELECT * FROM orders WHERE id = @id;

-- name: replace_order :execrows
UPDATE orders SET state = @state WHERE id = @id;

-- name: patch_order :exec
-- nullable: note, price
UPDATE orders SET note = @note, price = @price WHERE id = @id;

-- name: delete_order :exec
DELETE FROM orders WHERE id = @id;

-- name: get_file :one
SELECT note FROM orders WHERE id = @id;

-- name: put_file :execrows
UPDATE orders SET note = 'file' WHERE id = @id;

-- name: total :one!
SELECT count(*), sum(price) FROM orders;

-- name: twice :many
SELECT id FROM orders;

-- name: report_orders :stream
SELECT * FROM orders;

-- name: recent_orders :page
-- sort: id desc
SELECT id FROM orders;

-- name: unpaged_orders :page
-- sort: id
SELECT id FROM orders;

-- name: sorted_orders :page
-- sort: newest: "when" desc, id
-- sort: by_id: id
SELECT id, "when" FROM orders;
