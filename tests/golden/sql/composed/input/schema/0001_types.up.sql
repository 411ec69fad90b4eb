CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE DOMAIN zip_code AS text CHECK (VALUE ~ '^[0-9]+$');
CREATE DOMAIN tags AS text[];
CREATE TYPE place AS (latitude double precision, longitude double precision);
CREATE TYPE address AS (street text, zip zip_code, "at" place, moods mood[]);
CREATE TYPE "class" AS ("from" integer, "a b" text, "quo""te" text, "data" bytea, "self" integer, "Größe" numeric);
CREATE TYPE nothing AS ();
CREATE TYPE float_range AS RANGE (subtype = double precision);
CREATE TYPE mood_range AS RANGE (subtype = mood);

CREATE TABLE people (
    id integer PRIMARY KEY,
    home address NOT NULL,
    homes address[] NOT NULL,
    odd "class",
    nothing nothing,
    awake tstzrange NOT NULL,
    ages int4range[] NOT NULL,
    days datemultirange NOT NULL,
    heights float_range,
    feelings mood_range,
    temper mood_multirange,
    matrix integer[][] NOT NULL,
    cube text[][][],
    zips zip_code[] NOT NULL,
    tag_sets tags[] NOT NULL,
    moods mood[] NOT NULL,
    bookings tstzrange[]
);
