-- name: create_user :one!
-- nullable: age
-- error: users_email_key = 409 user.email_taken Another user has this e-mail address.
-- error: "Old enough" = 422 user.too_young
INSERT INTO users (email, age) VALUES (@email, @age) RETURNING id;

-- name: add_posts :copyfrom
-- error: posts_author = 404 user.not_found "There" is no such \ user; -- nor was there ever one.
INSERT INTO posts (user_id) VALUES (@user_id);

-- name: delete_user :execrows
-- error: 23503 = 409 https://errors.example/in-use
-- error: posts_author = 409 user.has_posts
DELETE FROM users WHERE id = @id;
