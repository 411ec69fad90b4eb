-- name: set_stock :exec
-- params: item, shop, amount
-- on_conflict: update
INSERT INTO "Stock" ("Item", shop, amount) VALUES ($1, $2, $3);

-- name: add_stock :execrows
-- on_conflict: nothing | update (amount)
INSERT INTO "Stock" VALUES (@item, @shop, @amount);

-- name: open_session :execrows
-- on_conflict: (user_id) where not ended update(token)
INSERT INTO sessions (id, token, user_id) VALUES (@id, @token, @user_id);

-- name: log_and_add :exec
-- on_conflict: update(name) | nothing
WITH logged AS (INSERT INTO sessions (id, token) VALUES (@id, @token) RETURNING id)
INSERT INTO users (email, name) SELECT @email, logged.id::text FROM logged;

-- name: copy_stock :execrows
-- on_conflict: nothing
INSERT INTO "Stock" (SELECT "Item", shop + 1, amount AS conflict FROM "Stock");
