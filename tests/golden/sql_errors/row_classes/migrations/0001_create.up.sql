CREATE TABLE users (
    id bigint PRIMARY KEY,
    email text NOT NULL CONSTRAINT users_email_key UNIQUE,
    boss bigint CONSTRAINT users_boss REFERENCES users DEFERRABLE INITIALLY DEFERRED
);
