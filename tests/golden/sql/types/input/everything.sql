-- name: list_everything :many
SELECT * FROM everything;

-- name: insert_everything :exec
INSERT INTO everything (
    a_bool,
    a_int2,
    a_int4,
    a_int8,
    a_oid,
    a_float4,
    a_float8,
    a_numeric,
    a_text,
    a_varchar,
    a_bpchar,
    a_name,
    a_uuid,
    a_bytea,
    a_date,
    a_time,
    a_timetz,
    a_timestamp,
    a_timestamptz,
    an_interval,
    a_json,
    a_jsonb,
    an_inet,
    a_cidr,
    a_mood,
    a_positive,
    a_label,
    a_labels,
    a_feeling,
    some_int8,
    some_text,
    some_numeric,
    some_uuid,
    some_timestamptz,
    some_jsonb,
    some_inet,
    some_mood
)
VALUES (
    @a_bool,
    @a_int2,
    @a_int4,
    @a_int8,
    @a_oid,
    @a_float4,
    @a_float8,
    @a_numeric,
    @a_text,
    @a_varchar,
    @a_bpchar,
    @a_name,
    @a_uuid,
    @a_bytea,
    @a_date,
    @a_time,
    @a_timetz,
    @a_timestamp,
    @a_timestamptz,
    @an_interval,
    @a_json,
    @a_jsonb,
    @an_inet,
    @a_cidr,
    @a_mood,
    @a_positive,
    @a_label,
    @a_labels,
    @a_feeling,
    @some_int8,
    @some_text,
    @some_numeric,
    @some_uuid,
    @some_timestamptz,
    @some_jsonb,
    @some_inet,
    @some_mood::text[]::mood[]
);

-- name: list_perhaps :many
SELECT * FROM perhaps;

-- name: insert_perhaps :exec
-- nullable: a_bool, a_int4, a_text, a_timestamptz, a_jsonb, an_inet, a_mood, a_positive, some_int8, some_jsonb
INSERT INTO perhaps (
    a_bool,
    a_int4,
    a_text,
    a_timestamptz,
    a_jsonb,
    an_inet,
    a_mood,
    a_positive,
    some_int8,
    some_jsonb
)
VALUES (
    @a_bool,
    @a_int4,
    @a_text,
    @a_timestamptz,
    @a_jsonb,
    @an_inet,
    @a_mood,
    @a_positive,
    @some_int8,
    @some_jsonb
);

-- name: get_mood :one
SELECT a_mood FROM everything WHERE a_mood = @mood LIMIT 1;

-- name: get_json :one!
SELECT a_jsonb FROM perhaps LIMIT 1;

-- name: list_moods :many
SELECT some_mood FROM perhaps;
