-- name: start :exec
BEGIN;

-- name: set_path :exec
SET search_path = x;

-- name: temporary :exec
CREATE TEMP TABLE found (id int);

-- name: clean :exec
VACUUM users;
