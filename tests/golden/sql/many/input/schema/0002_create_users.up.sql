CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    team text NOT NULL,
    name text NOT NULL,
    email text NOT NULL UNIQUE,
    score int NOT NULL DEFAULT 0
);
