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
