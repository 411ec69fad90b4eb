CREATE TABLE users (id bigint PRIMARY KEY);
INSERT INTO users VALUES (1);
-- the second one is refused
INSERT INTO users VALUES (1);
