-- name: two_keys :exec
-- on_conflict: update(name)
INSERT INTO users (id, email, name) VALUES (@id, @email, @name);

-- name: no_key :exec
-- on_conflict: nothing
INSERT INTO notes (text) VALUES (@text);

-- name: no_key_is_inserted :exec
-- on_conflict: nothing
INSERT INTO users (name) VALUES (@name);

-- name: not_a_key :exec
-- on_conflict: (name) nothing
INSERT INTO users (id, email, name) VALUES (@id, @email, @name);

-- name: no_such_column :exec
-- on_conflict: (email) update(nam)
INSERT INTO users (email, name) VALUES (@email, @name);

-- name: no_such_target :exec
-- on_conflict: (emial) update(name)
INSERT INTO users (email, name) VALUES (@email, @name);

-- name: a_generated_column :exec
-- on_conflict: (email) update(name, name_length)
INSERT INTO users (email, name) VALUES (@email, @name);

-- name: nothing_left :exec
-- on_conflict: update
INSERT INTO users (email) VALUES (@email);

-- name: which_are_they :exec
-- on_conflict: (lower(email)) update
INSERT INTO users (email, name) VALUES (@email, @name);

-- name: another_word :exec
-- on_conflict: ignore
INSERT INTO users (email, name) VALUES (@email, @name);

-- name: a_list_without_end :exec
-- on_conflict: (email) update(name
INSERT INTO users (email, name) VALUES (@email, @name);

-- name: said_twice :exec
-- on_conflict: nothing | nothing
INSERT INTO users (email, name) VALUES (@email, @name);

-- name: something_behind :exec
-- on_conflict: update(name), nothing
INSERT INTO users (email, name) VALUES (@email, @name);

-- name: only_a_target :exec
-- on_conflict: (email)
INSERT INTO users (email, name) VALUES (@email, @name);

-- name: closes_nothing :exec
-- on_conflict: email) nothing
INSERT INTO users (email, name) VALUES (@email, @name);

-- name: a_remark :exec
-- on_conflict: nothing -- as it should be
INSERT INTO users (email, name) VALUES (@email, @name);

-- name: no_insert :execrows
-- on_conflict: nothing
UPDATE users SET name = @name;

-- name: a_clause_of_its_own :exec
-- on_conflict: nothing
INSERT INTO users (email, name) VALUES (@email, @name) ON CONFLICT DO NOTHING;

-- name: a_copy :copyfrom
-- on_conflict: nothing
INSERT INTO users (email, name) VALUES (@email, @name);

-- name: taken :exec
-- on_conflict: nothing
INSERT INTO users (email, name) VALUES (@email, @name);

-- name: taken_or_nothing :exec
DELETE FROM users;
