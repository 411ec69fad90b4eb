"""A schema as pg_dump writes it is one that Katana reads."""

DUMP = r"""
--
-- PostgreSQL database dump
--

\restrict sUvXcfHqUCOnyMWYqPzsK4vaX3QHZfmn0aHeZxJ3BUUsh8rUNbsKdDe8uB5JGPq

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE SCHEMA shop;
CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;
COMMENT ON EXTENSION citext IS 'data type for case-insensitive character strings';
CREATE TYPE shop.state AS ENUM (
    'open',
    'paid'
);

CREATE FUNCTION shop.touch() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  NEW.note := '
\restrict is no command in a string
';
  RETURN NEW;
END $$;

SET default_tablespace = '';
SET default_table_access_method = heap;

CREATE TABLE shop.orders (
    id bigint NOT NULL,
    state shop.state DEFAULT 'open'::shop.state NOT NULL,
    email public.citext NOT NULL,
    note text,
    at timestamp with time zone DEFAULT now() NOT NULL
)
PARTITION BY RANGE (at);

COMMENT ON TABLE shop.orders IS 'every order; also the open ones';
ALTER TABLE shop.orders ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME shop.orders_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE shop.orders_2026 (
    id bigint NOT NULL,
    state shop.state DEFAULT 'open'::shop.state NOT NULL,
    email public.citext NOT NULL,
    note text,
    at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY shop.orders ATTACH PARTITION shop.orders_2026
    FOR VALUES FROM ('2026-01-01 00:00:00+00') TO ('2027-01-01 00:00:00+00');
CREATE MATERIALIZED VIEW shop.by_state AS
 SELECT state,
    count(*) AS orders
   FROM shop.orders
  GROUP BY state
  WITH NO DATA;
CREATE TRIGGER touch BEFORE INSERT ON shop.orders FOR EACH ROW EXECUTE FUNCTION shop.touch();
ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY everybody ON shop.orders USING (true);

\unrestrict sUvXcfHqUCOnyMWYqPzsK4vaX3QHZfmn0aHeZxJ3BUUsh8rUNbsKdDe8uB5JGPq

"""
QUERIES = "-- name: list_orders :many\nSELECT id, state, email, note FROM shop.orders;"


def test_a_dump_is_a_schema(compile_texts):
    (query,) = compile_texts(DUMP, QUERIES).queries
    assert [(column.name, column.nullable) for column in query.columns] == [
        ("id", False),
        ("state", False),
        ("email", False),
        ("note", True),
    ]


def test_the_guards_of_psql_are_no_part_of_the_migration(compile_texts):
    (migration,) = compile_texts(DUMP, QUERIES).migrations
    assert "sUvXcf" not in migration.up
    assert "\n\\restrict is no command in a string\n" in migration.up
    assert migration.up.count("\n") == DUMP.count("\n"), "errors keep their lines"


def test_two_dumps_of_one_schema_are_the_same_migration(compile_texts):
    (first,) = compile_texts(DUMP, QUERIES).migrations
    (second,) = compile_texts(DUMP.replace("sUvXcf", "7yKbQe"), QUERIES).migrations
    assert first.checksum == second.checksum
