-- name: copy_an_update :copyfrom
UPDATE users SET name = @name;

-- name: copy_without_columns :copyfrom
INSERT INTO users VALUES (@id, @name, @age);

-- name: copy_an_expression :copyfrom
INSERT INTO users (id, name) VALUES (@id, lower(@name));

-- name: copy_a_cast :copyfrom
INSERT INTO users (id, name) VALUES (@id, @name::text);

-- name: copy_with_upsert :copyfrom
INSERT INTO users (id, name) VALUES (@id, @name) ON CONFLICT DO NOTHING;

-- name: copy_one_twice :copyfrom
INSERT INTO users (id, age) VALUES (@id, @id);

-- name: copy_returning :copyfrom
INSERT INTO users (id, name) VALUES (@id, @name) RETURNING id;

-- name: bulk_of_one :bulk
DELETE FROM users WHERE id = @id;

-- name: batch_of_nothing :batch
DELETE FROM users;

-- name: stream_a_change :stream
DELETE FROM users RETURNING id;

-- name: stream_a_hidden_change :stream
WITH gone AS (DELETE FROM users RETURNING id) SELECT id FROM gone;

-- name: stream_nothing :strem
SELECT id FROM users;
