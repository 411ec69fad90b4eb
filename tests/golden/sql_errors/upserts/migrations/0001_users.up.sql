CREATE TABLE users (
    id bigint PRIMARY KEY,
    email text NOT NULL UNIQUE,
    name text NOT NULL,
    name_length int GENERATED ALWAYS AS (length(name)) STORED
);
CREATE TABLE notes (text text);
