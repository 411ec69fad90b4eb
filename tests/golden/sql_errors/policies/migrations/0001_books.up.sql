CREATE TABLE books (id bigint PRIMARY KEY, title text NOT NULL);
CREATE SEQUENCE visits;
CREATE FUNCTION visit() RETURNS bigint LANGUAGE sql AS 'SELECT nextval(''visits'')';
CREATE VIEW visited AS SELECT id, visit() AS visit FROM books;
