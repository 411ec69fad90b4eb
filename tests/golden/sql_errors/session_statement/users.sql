-- name: start :exec
BEGIN;

-- name: set_path :exec
SET search_path = x;
