CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE teams (id int PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    team int NOT NULL REFERENCES teams,
    email text NOT NULL UNIQUE,
    name text NOT NULL,
    bio text,
    mood mood,
    score numeric,
    created_at timestamptz NOT NULL DEFAULT now()
);
