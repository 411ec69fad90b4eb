CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE users (id bigint PRIMARY KEY, team int NOT NULL, name text NOT NULL, mood mood, created_at timestamptz NOT NULL);
