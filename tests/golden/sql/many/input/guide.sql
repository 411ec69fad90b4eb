-- name: import_values :copyfrom
-- nullable: value
INSERT INTO readings (sensor, value) VALUES (@sensor, @value);

-- name: add_users :bulk
INSERT INTO users (team, name, email)
SELECT @team, given.name, given.email
FROM unnest(@name::text[], @email::text[]) AS given (name, email)
ON CONFLICT (email) DO UPDATE SET name = excluded.name
RETURNING id, name;

-- name: set_score :batch
UPDATE users SET score = @score WHERE id = @id;

-- name: export_users :stream
SELECT id, name FROM users ORDER BY id;
