CREATE TYPE address AS (street text, rent money);
CREATE DOMAIN place AS tsquery;
CREATE TABLE users (id int PRIMARY KEY, home address, at place, price money, words tsvector);
