CREATE TYPE mood AS ENUM ('happy', 'not so happy', '2 sad', 'not-so-happy', '');
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE DOMAIN label AS varchar(20);
CREATE DOMAIN labels AS text[];
CREATE DOMAIN feeling AS mood;

CREATE TABLE everything (
    a_bool boolean NOT NULL,
    a_int2 smallint NOT NULL,
    a_int4 integer NOT NULL,
    a_int8 bigint NOT NULL,
    a_oid oid NOT NULL,
    a_float4 real NOT NULL,
    a_float8 double precision NOT NULL,
    a_numeric numeric(12, 2) NOT NULL,
    a_text text NOT NULL,
    a_varchar varchar(10) NOT NULL,
    a_bpchar char(3) NOT NULL,
    a_name name NOT NULL,
    a_uuid uuid NOT NULL,
    a_bytea bytea NOT NULL,
    a_date date NOT NULL,
    a_time time NOT NULL,
    a_timetz timetz NOT NULL,
    a_timestamp timestamp NOT NULL,
    a_timestamptz timestamptz NOT NULL,
    an_interval interval NOT NULL,
    a_json json NOT NULL,
    a_jsonb jsonb NOT NULL,
    an_inet inet NOT NULL,
    a_cidr cidr NOT NULL,
    a_mood mood NOT NULL,
    a_positive positive NOT NULL,
    a_label label NOT NULL,
    a_labels labels NOT NULL,
    a_feeling feeling NOT NULL,
    some_int8 bigint[] NOT NULL,
    some_text text[] NOT NULL,
    some_numeric numeric[] NOT NULL,
    some_uuid uuid[] NOT NULL,
    some_timestamptz timestamptz[] NOT NULL,
    some_jsonb jsonb[] NOT NULL,
    some_inet inet[] NOT NULL,
    some_mood mood[] NOT NULL
);

CREATE TABLE perhaps (
    a_bool boolean,
    a_int4 integer,
    a_text text,
    a_timestamptz timestamptz,
    a_jsonb jsonb,
    an_inet inet,
    a_mood mood,
    a_positive positive,
    some_int8 bigint[],
    some_jsonb jsonb[],
    some_mood mood[]
);
