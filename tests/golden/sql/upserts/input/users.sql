-- name: create_user :one!
-- nullable: bio
-- on_conflict: (email) update(name, bio) | nothing
INSERT INTO users (email, name, bio)
VALUES (@email, @name, @bio)
RETURNING id, email, name, bio, visits;

-- name: visit :one!
-- on_conflict: update
INSERT INTO users (email, name)
VALUES (@email, @name) -- the key is not asked for: only `email` can be it
RETURNING name;

-- name: add_users :bulk
-- on_conflict: nothing
INSERT INTO users (email, name)
SELECT * FROM unnest(@email::text[], @name::text[])
RETURNING id, email;

-- name: put_users :batch
-- on_conflict: (email) update(name)
INSERT INTO users (email, name) VALUES (@email, @name);
