CREATE TABLE books (id bigint PRIMARY KEY, title text NOT NULL, sold bigint NOT NULL DEFAULT 0);
