-- name: find :many
SELECT a.id, b.id, a.name AS "theName", b.name AS the_name
FROM users a JOIN users b USING (id);

-- name: two_tables :many
SELECT a.*, b.* FROM users a JOIN users b ON b.id > a.id;
