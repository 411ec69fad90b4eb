"""Built-in functions whose results are never NULL, by their symbol in C (`pg_proc.prosrc`).

Data, in families. Each entry was read in PostgreSQL's source for `PG_RETURN_NULL`; a test calls every one with many
arguments. What is missing here costs precision, what is wrong here would cost soundness. Known traps, left out:
`to_char` (NULL for an empty format), `extract` and `date_part` (NULL for infinity), `timestamp::time` (the same),
casts from jsonb (NULL for a JSON null), `array_length` (NULL for an empty array), `substring(text from pattern)`.
"""

_ARITHMETIC = """
int2pl int2mi int2mul int2div int2mod int2um int2up int2abs int24pl int24mi int24mul int24div int28pl int28mi int28mul
int28div int4pl int4mi int4mul int4div int4mod int4um int4up int4abs int42pl int42mi int42mul int42div int48pl int48mi
int48mul int48div int8pl int8mi int8mul int8div int8mod int8um int8up int8abs int82pl int82mi int82mul int82div int84pl
int84mi int84mul int84div int2and int2or int2xor int2not int4and int4or int4xor int4not int8and int8or int8xor int8not
float4pl float4mi float4mul float4div float4um float4abs float8pl float8mi float8mul float8div float8um float8abs
float48pl float48mi float48mul float48div float84pl float84mi float84mul float84div dround dtrunc dceil dfloor dsqrt
dpow dexp dlog1 dlog10 numeric_add numeric_sub numeric_mul numeric_div numeric_mod numeric_uminus numeric_uplus
numeric_abs numeric_round numeric_trunc numeric_ceil numeric_floor numeric_sqrt numeric_power numeric_exp numeric_ln
numeric_sign dsign
"""

_CASTS = """
i2toi4 i4toi2 int48 int84 int28 int82 i2tod i2tof i4tod i4tof i8tod i8tof dtoi2 dtoi4 dtoi8 ftoi2 ftoi4 ftoi8 ftod dtof
int2_numeric int4_numeric int8_numeric float4_numeric float8_numeric numeric_int2 numeric_int4 numeric_int8
numeric_float4 numeric_float8 numeric int4_bool bool_int4 booltext bpchar varchar rtrim1 name_text text_name char_text
text_char bpchar_name name_bpchar char_bpchar bit varbit timestamp_timestamptz timestamptz_timestamp timestamp_date
timestamptz_date date_timestamp date_timestamptz timestamp_scale timestamptz_scale time_scale timetz_scale
interval_scale time_interval datetime_timestamp to_json to_jsonb
"""

_TEXT = """
textcat textlen bpcharlen textoctetlen byteaoctetlen byteacat lower upper initcap btrim btrim1 ltrim ltrim1 rtrim
text_substr text_substr_no_len text_left text_right text_reverse replace_text split_part translate repeat lpad rpad
textpos md5_text md5_bytea chr ascii textregexreplace_noopt textregexreplace text_starts_with textlike textnlike
texticlike texticnlike textregexeq textregexne texticregexeq texticregexne bpcharlike bpcharnlike bpcharregexeq
bpcharregexne namelike namenlike quote_ident quote_literal to_hex32 to_hex64 binary_encode binary_decode sha224_bytea
sha256_bytea sha384_bytea sha512_bytea
"""

_TIME = """
date_pli date_mii date_mi date_pl_interval date_mi_interval timestamp_pl_interval timestamp_mi_interval
timestamptz_pl_interval timestamptz_mi_interval timestamp_mi interval_pl interval_mi interval_mul interval_div
interval_um time_pl_interval time_mi_interval time_mi_time timestamptz_trunc timestamptz_trunc_zone timestamp_trunc
interval_trunc timestamptz_zone timestamp_zone timestamptz_izone timestamp_izone now statement_timestamp
clock_timestamp float8_timestamptz make_date make_timestamp
"""

_VARIOUS = """
boolne drandom gen_random_uuid uuidv7 nextval_oid pg_backend_pid current_database get_current_ts_config
jsonb_typeof jsonb_concat jsonb_contains jsonb_contained jsonb_exists jsonb_exists_any jsonb_exists_all
arraycontains arraycontained arrayoverlap array_append array_prepend array_cat array_cardinality array_to_text
range_contains_elem elem_contained_by_range range_contains range_contained_by range_overlaps range_before range_after
range_adjacent range_empty multirange_empty
ts_match_vq ts_match_qv to_tsvector to_tsvector_byid to_tsquery to_tsquery_byid plainto_tsquery plainto_tsquery_byid
websearch_to_tsquery websearch_to_tsquery_byid ts_rank_tt ts_rank_ttf ts_rank_wtt ts_rank_wttf
"""

INTERNAL_FUNCTIONS = frozenset(f"{_ARITHMETIC} {_CASTS} {_TEXT} {_TIME} {_VARIOUS}".split())
"""Not NULL when no argument is."""

ALWAYS = frozenset(
    (
        "text_concat",
        "jsonb_build_object",
        "jsonb_build_object_noargs",
        "jsonb_build_array",
        "jsonb_build_array_noargs",
        "json_build_object",
        "json_build_object_noargs",
        "json_build_array",
        "json_build_array_noargs",
        "pg_num_nulls",
        "pg_num_nonnulls",
        "range_constructor2",
    )
)
"""Not NULL whatever the arguments are, unless they come as one VARIADIC array."""

AGGREGATES = frozenset(
    (
        "sum",
        "min",
        "max",
        "avg",
        "string_agg",
        "bool_and",
        "bool_or",
        "every",
        "bit_and",
        "bit_or",
        "bit_xor",
        "any_value",
    )
)
"""By name: not NULL over at least one row, when no argument is NULL."""

GATHERING = frozenset(("array_agg", "json_agg", "jsonb_agg"))
"""By name: not NULL over at least one row, since a NULL is gathered like any other value."""

SET_RETURNING = frozenset(
    (
        "generate_series_int4",
        "generate_series_step_int4",
        "generate_series_int8",
        "generate_series_step_int8",
        "generate_series_numeric",
        "generate_series_step_numeric",
        "generate_series_timestamp",
        "generate_series_timestamptz",
        "generate_series_timestamptz_at_zone",
        "generate_subscripts",
        "generate_subscripts_nodir",
        "jsonb_array_elements",
        "jsonb_object_keys",
        "json_array_elements",
        "json_object_keys",
    )
)
"""Functions in FROM whose single column is never NULL."""

WINDOW_FUNCTIONS = frozenset(
    ("window_row_number", "window_rank", "window_dense_rank", "window_percent_rank", "window_cume_dist")
)
"""Window functions that are never NULL."""
