CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TYPE address AS (street text, city text);
CREATE DOMAIN place AS point;
CREATE TABLE users (id int PRIMARY KEY, home address, at place, awake tstzrange, moods mood[]);
