-- name: list_users :page
-- filter: name = @name
-- filter: created_at >= @since
-- filter: with_bio: bio IS NOT NULL
-- sort: newest: created_at desc, id
-- sort: by_name: name, id
SELECT id, name, email, created_at
FROM users
WHERE team = @team;

-- name: ranking :page
-- filter: mood = @mood
-- sort: score desc nulls last, mood, id desc
SELECT id, mood, score FROM users;

-- name: members :page
-- sort: t.name, u.id
SELECT u.id, u.name AS member, t.name AS team
FROM users u JOIN teams t ON t.id = u.team;

-- name: emails :page
-- sort: email
SELECT email FROM users;

-- name: count_users :one!
-- filter: team = @team
-- filter: name ILIKE @pattern OR email ILIKE @pattern
-- filter: mood = @mood
SELECT count(*) FROM users WHERE id > 0 OR id < -1; -- all of them

-- name: search_users :many
-- filter: name = ANY (@names)
-- sort: newest: created_at desc
-- sort: worst: score nulls first
SELECT * FROM users LIMIT @most;

-- name: names_in_order :many
-- sort: lower(name) desc, id
SELECT name FROM users;

-- name: export_users :stream
-- filter: team = @team
SELECT id, email FROM users ORDER BY id;

-- name: sorted_export :stream
-- sort: up: id
-- sort: down: id desc
SELECT id FROM users -- no filters, two orders
;

-- name: emails_keys :many
-- filter: only_blue: team = $1
-- params: team
SELECT id FROM users WHERE team >= $1;
