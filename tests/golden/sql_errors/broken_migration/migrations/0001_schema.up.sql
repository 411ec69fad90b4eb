CREATE TABLE users (
    id bigint PRIMARY KEY,
    name txet NOT NULL
);
