-- name: malformed :many
-- prefetch: posts
SELECT * FROM users;

-- name: no_query :many
-- prefetch: friends by user_id
SELECT * FROM users;

-- name: no_child_column :many
-- prefetch: posts by usr_id
SELECT * FROM users;

-- name: no_parent_column :many
-- prefetch: posts by user_id = ident
SELECT * FROM users;

-- name: which_key :many
-- prefetch: people = users_by_ids by id
SELECT * FROM posts;

-- name: no_key :many
-- prefetch: prices by user_id
SELECT * FROM users;

-- name: limited :many
-- prefetch: last_posts by user_id
SELECT * FROM users;

-- name: of_one :many
-- prefetch: one_post by user_id
SELECT * FROM users;

-- name: of_values :many
-- prefetch: titles by user_id
SELECT * FROM users;

-- name: no_array :many
-- prefetch: posts_of by user_id
SELECT * FROM users;

-- name: more_parameters :many
-- prefetch: posts_like by user_id
SELECT * FROM users;

-- name: inexact_keys :many
-- prefetch: prices = prices_by_amounts by amount = amount
SELECT * FROM prices;

-- name: wider_keys :many
-- prefetch: small = prices_by_smalls by small = id
SELECT * FROM users;

-- name: same_member :many
-- prefetch: name = posts by user_id
SELECT * FROM users;

-- name: changed :execrows
-- prefetch: posts by user_id
DELETE FROM users;

-- name: posts :many
SELECT id, user_id FROM posts WHERE user_id = ANY (@user_ids);

-- name: users_by_ids :many
SELECT * FROM users WHERE id = ANY (@ids);

-- name: prices :many
SELECT amount, user_id FROM prices WHERE user_id = ANY (@user_ids);

-- name: last_posts :many
SELECT id, user_id FROM posts WHERE user_id = ANY (@user_ids) ORDER BY id DESC LIMIT 3;

-- name: one_post :one
SELECT id, user_id FROM posts WHERE user_id = ANY (@user_ids);

-- name: titles :many
SELECT title FROM posts WHERE user_id = ANY (@user_ids);

-- name: posts_of :many
SELECT id, user_id FROM posts WHERE user_id = @user_id;

-- name: posts_like :many
SELECT id, user_id FROM posts WHERE user_id = ANY (@user_ids) AND title LIKE @part;

-- name: prices_by_amounts :many
SELECT amount, small FROM prices WHERE amount = ANY (@amounts);

-- name: prices_by_smalls :many
SELECT amount, small FROM prices WHERE small = ANY (@smalls);
