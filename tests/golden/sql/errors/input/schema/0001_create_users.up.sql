CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL,
    age integer CONSTRAINT "Old enough" CHECK (age >= 18)
);
CREATE UNIQUE INDEX users_email_key ON users (lower(email));
CREATE TABLE posts (
    user_id bigint NOT NULL CONSTRAINT posts_author REFERENCES users
);
