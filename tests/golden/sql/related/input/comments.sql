-- name: list_comments :many
SELECT id, post_id, body FROM comments WHERE post_id = ANY (@post_ids) ORDER BY id;

-- name: latest_comments :many
-- embed: author = u
SELECT k.id AS post, c.id, c.body, u.*
FROM unnest(@post_ids::bigint[]) k(id)
CROSS JOIN LATERAL (SELECT * FROM comments WHERE post_id = k.id ORDER BY id DESC LIMIT 2) c
LEFT JOIN users u ON u.id = c.user_id;
