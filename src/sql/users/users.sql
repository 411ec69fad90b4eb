-- name: list_users :many
-- row: users_api.dto.User
-- nullable: email
SELECT id, name, email, bio, age, created_at
FROM users
WHERE id > @after
  AND (@email::text IS NULL OR lower(email) = lower(@email))
ORDER BY id
LIMIT @page_size;

-- name: get_user :one
-- row: users_api.dto.User
SELECT id, name, email, bio, age, created_at
FROM users
WHERE id = @id;

-- name: create_user :one!
-- row: users_api.dto.User
-- nullable: bio, age
-- error: users_email_key = 409 user.email_taken Another user has this e-mail address.
INSERT INTO users (name, email, bio, age)
VALUES (@name, @email, @bio, @age)
RETURNING id, name, email, bio, age, created_at;

-- name: replace_user :one
-- row: users_api.dto.User
-- nullable: bio, age
-- error: users_email_key = 409 user.email_taken Another user has this e-mail address.
UPDATE users
SET name = @name, email = @email, bio = @bio, age = @age
WHERE id = @id
RETURNING id, name, email, bio, age, created_at;

-- A name or an address of NULL is left as it is; for what may be NULL, a flag tells "clear it" from "leave it".
-- name: patch_user :one
-- row: users_api.dto.User
-- nullable: name, email, bio, age
-- error: users_email_key = 409 user.email_taken Another user has this e-mail address.
UPDATE users
SET name = coalesce(@name, name),
    email = coalesce(@email, email),
    bio = CASE WHEN @set_bio::boolean THEN @bio ELSE bio END,
    age = CASE WHEN @set_age::boolean THEN @age ELSE age END
WHERE id = @id
RETURNING id, name, email, bio, age, created_at;

-- name: delete_user :execrows
DELETE FROM users
WHERE id = @id;
