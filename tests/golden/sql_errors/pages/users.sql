-- name: without_order :page
SELECT id FROM users;

-- name: equal_rows :page
-- sort: created_at desc
SELECT id, created_at FROM users;

-- name: equal_rows_of_one_table :page
-- sort: u.id
SELECT u.id, p.title FROM users u JOIN posts p ON p.user_id = u.id;

-- name: equal_rows_of_both :page
-- sort: p.title, u.name
SELECT u.name, p.title FROM users u LEFT JOIN posts p ON p.user_id = u.id;

-- name: a_key_that_may_be_null :page
-- sort: slug
SELECT slug FROM posts;

-- name: of_a_view :page
-- sort: id
SELECT id, name FROM writers;

-- name: not_selected :page
-- sort: created_at desc, id
SELECT id, name FROM users;

-- name: computed :page
-- sort: name, id
SELECT id, lower(name) AS name FROM users;

-- name: an_array :page
-- sort: tags, id
SELECT tags, id FROM posts;

-- name: groups :page
-- sort: team
SELECT team, count(*) AS members FROM users GROUP BY team;

-- name: different :page
-- sort: team
SELECT DISTINCT team FROM users;

-- name: one_row :page
-- sort: members
SELECT count(*) AS members FROM users;

-- name: windows :page
-- sort: id
SELECT id, row_number() OVER (ORDER BY name) AS place FROM users;

-- name: limited :page
-- sort: id
SELECT id FROM users LIMIT 10;

-- name: twice :page
-- sort: id, id desc
SELECT id FROM users;

-- name: rows_of_an_insert :page
-- sort: id
INSERT INTO users (id, team, name, created_at) VALUES (@id, 1, 'x', now()) RETURNING id;

-- name: an_order_that_is_unknown :page
-- sort: naem, id
SELECT id, name FROM users;

-- name: a_name_of_katana :page
-- sort: id
SELECT id FROM users WHERE id > @katana_after_1;
