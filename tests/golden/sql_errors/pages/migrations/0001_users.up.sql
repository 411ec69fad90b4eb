CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE users (id bigint PRIMARY KEY, team int NOT NULL, name text NOT NULL, mood mood, created_at timestamptz NOT NULL);
CREATE TABLE posts (id bigint PRIMARY KEY, user_id bigint NOT NULL REFERENCES users, title text NOT NULL, tags text[] NOT NULL, slug text UNIQUE);
CREATE VIEW writers AS SELECT DISTINCT u.id, u.name FROM users u JOIN posts p ON p.user_id = u.id;
