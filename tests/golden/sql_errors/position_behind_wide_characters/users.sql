-- name: find :many
SELECT id FROM users WHERE name = '日本語 💥' AND nope = 1;
