-- name: get_user :one
-- type: settings = Settings
-- type: nobody = app.dto.Settings
-- type: home = app.dto.Home
SELECT id, settings, home FROM users WHERE id = @id;

-- name: get_code :one
SELECT code FROM users WHERE id = @id;

-- name: get_tags :one
-- type: tags = [][]
-- type: id = [][]
-- type: tags = app.dto.Tags via app.read, app.write
SELECT id, tags FROM users WHERE id = @id;

-- name: get_settings :one
-- type: settings = list[app.dto.Settings] via app.read, app.write
SELECT settings FROM users WHERE id = @id;

-- name: set_settings :exec
-- type: settings = app.import.Settings
UPDATE users SET settings = @settings;

-- name: find :many
SELECT id FROM users WHERE users = ANY (@users);
