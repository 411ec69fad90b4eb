-- name: users_with_team :page
-- filter: t.name = @team
-- filter: mood = @mood
-- sort: u.name, u.id
-- embed: team = t
-- timeout: 2s
-- replica_ok
SELECT u.id, u.name, u.created_at, t.*
FROM users u JOIN teams t ON t.id = u.team;

-- name: teams_with_users :many
-- filter: name = ANY (@names)
-- filter: with_users: EXISTS (SELECT FROM users u WHERE u.team = teams.id)
-- sort: up: name
-- sort: down: name desc
-- prefetch: users = users_of_teams by team = id
-- cache: 30s
SELECT id, name FROM teams;

-- name: users_of_teams :many
-- filter: score >= @least
-- sort: id
SELECT id, team, name FROM users WHERE team = ANY (@teams);
