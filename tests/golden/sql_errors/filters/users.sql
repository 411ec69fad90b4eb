-- name: no_such_column :many
-- filter: nam = @name
-- filter: team = @team
-- sort: newest: creatd_at desc
-- sort: by_name: name
SELECT id FROM users;

-- name: no_condition :many
-- filter: name || @name
SELECT id FROM users;

-- name: two_parameters :many
-- filter: created_at BETWEEN @since AND @until
SELECT id FROM users;

-- name: no_parameter :many
-- filter: mood IS NOT NULL
-- filter: team = @team
SELECT id FROM users WHERE team = @team;

-- name: a_name_too_many :many
-- filter: called: name = @name
SELECT id FROM users;

-- name: one_parameter_twice :many
-- filter: name = @text
-- filter: mood::text = @text
SELECT id FROM users;

-- name: one_name_twice :many
-- filter: sort: mood IS NOT NULL
-- filter: team = @team
-- filter: team: team = 1
-- sort: id
SELECT id FROM users;

-- name: not_one_expression :many
-- filter: name = @name) OR (true
SELECT id FROM users;

-- name: not_closed :many
-- filter: name = lower(@name
SELECT id FROM users;

-- name: more_than_an_expression :many
-- filter: name = @name; DROP TABLE users
SELECT id FROM users;

-- name: a_remark :many
-- filter: name = @name -- or not
SELECT id FROM users;

-- name: a_bad_name :many
-- filter: Called: name = 'x'
SELECT id FROM users;

-- name: an_empty_condition :many
-- filter: called:
SELECT id FROM users;

-- name: a_type_that_is_not_known :many
-- filter: @x IS NOT NULL
SELECT id FROM users;

-- name: a_type_without_codec :many
-- filter: to_tsvector(name) @@ @words
SELECT id FROM users;

-- name: numbers_and_names :many
-- filter: name = @name
SELECT id FROM users WHERE team = $1;

-- name: an_update :exec
-- filter: name = @name
UPDATE users SET team = 1;

-- name: an_update_with_rows :many
-- filter: name = @name
UPDATE users SET team = 1 RETURNING id;

-- name: a_union :many
-- filter: name = @name
SELECT id FROM users UNION SELECT 1;

-- name: orders_without_names :many
-- sort: id
-- sort: up: id
-- sort: up: id desc
SELECT id FROM users;

-- name: an_order_of_its_own :many
-- sort: id
SELECT id FROM users ORDER BY name;

-- name: no_order :many
-- sort: id,
SELECT id FROM users;

-- name: nothing_to_sort_by :many
-- sort: desc
SELECT id FROM users;

-- name: a_place_to_sort_by :many
-- sort: 1
SELECT id FROM users;

-- name: a_parameter_to_sort_by :many
-- sort: @column
SELECT id FROM users;

-- name: too_many :many
-- filter: id > @a
-- filter: id > @b
-- filter: id > @c
-- filter: id > @d
-- filter: id > @e
-- filter: id > @f
-- filter: id > @g
-- filter: id > @h
-- sort: up: id
-- sort: down: id desc
SELECT id FROM users;

-- name: nullable_again :many
-- nullable: name
-- filter: name = @name
SELECT id FROM users;

-- name: a_number :many
-- filter: only: name = $1
SELECT id FROM users;

-- name: another_number :many
-- filter: only: name = $2
SELECT id FROM users WHERE team = $1;

-- name: a_name_of_katana :many
-- filter: team = @katana_rows
SELECT id FROM users;
