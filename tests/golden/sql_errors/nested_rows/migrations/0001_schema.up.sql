CREATE TABLE users (
    id bigint PRIMARY KEY,
    name text NOT NULL,
    manager_id bigint REFERENCES users
);

CREATE TABLE profiles (
    user_id bigint PRIMARY KEY REFERENCES users,
    bio text
);

CREATE TABLE posts (
    id bigint PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users,
    reviewer_id bigint REFERENCES users,
    title text NOT NULL
);

CREATE TABLE comments (
    id bigint PRIMARY KEY,
    post_id bigint NOT NULL REFERENCES posts,
    user_id bigint REFERENCES users,
    body text NOT NULL
);

CREATE TABLE labels (
    code integer NOT NULL,
    place text NOT NULL,
    label text,
    PRIMARY KEY (code, place)
);
