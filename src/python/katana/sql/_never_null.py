"""Built-in functions whose results are never NULL, by their symbol in C (`pg_proc.prosrc`).

Data, in families. Each entry was read in PostgreSQL's source for `PG_RETURN_NULL`; a test calls every one with many
arguments. What is missing here costs precision, what is wrong here would cost soundness. Known traps, left out:
`to_char` (NULL for an empty format), `extract` and `date_part` (NULL for infinity), `timestamp::time` (the same),
casts from jsonb (NULL for a JSON null), `array_length` (NULL for an empty array), `substring(text from pattern)`.
"""

_ARITHMETIC = """
int2pl int2mi int2mul int2div int2mod int2um int2up int2abs int24pl int24mi int24mul int24div int28pl int28mi int28mul
int28div int4pl int4mi int4mul int4div int4mod int4um int4up int4abs int42pl int42mi int42mul int42div int48pl int48mi
int48mul int48div int8pl int8mi int8mul int8div int8mod int8um int8up int8abs int82pl int82mi int82mul int82div
int84pl int84mi int84mul int84div int2and int2or int2xor int2not int4and int4or int4xor int4not int8and int8or int8xor
int8not float4pl float4mi float4mul float4div float4um float4abs float8pl float8mi float8mul float8div float8um
float8abs float48pl float48mi float48mul float48div float84pl float84mi float84mul float84div dround dtrunc dceil
dfloor dsqrt dpow dexp dlog1 dlog10 numeric_add numeric_sub numeric_mul numeric_div numeric_mod numeric_uminus
numeric_uplus numeric_abs numeric_round numeric_trunc numeric_ceil numeric_floor numeric_sqrt numeric_power
numeric_exp numeric_ln numeric_sign dsign dcbrt degrees radians dpi dsin dcos dtan dasin dacos datan datan2 dcot dsinh
dcosh dtanh dasinh dacosh datanh derf derfc numeric_div_trunc numeric_log numeric_trim_scale int4gcd int8gcd
numeric_gcd int4lcm int8lcm numeric_lcm width_bucket_float8 width_bucket_numeric width_bucket_array int2shl int2shr
int4shl int4shr int8shl int8shr hashtext hashtextextended
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
sha256_bytea sha384_bytea sha512_bytea bpcharoctetlen textoverlay textoverlay_no_len bytea_substr bytea_substr_no_len
text_to_array text_to_array_null regexp_split_to_array regexp_split_to_array_no_flags regexp_count regexp_count_no_start
regexp_count_no_flags regexp_like regexp_like_no_flags regexp_instr regexp_instr_no_start regexp_instr_no_n
regexp_instr_no_endoption regexp_instr_no_flags regexp_instr_no_subexpr textregexreplace_extended
textregexreplace_extended_no_n textregexreplace_extended_no_flags unistr unicode_normalize_func unicode_is_normalized
casefold pg_convert_to pg_convert_from
"""

_TIME = """
date_pli date_mii date_mi date_pl_interval date_mi_interval timestamp_pl_interval timestamp_mi_interval
timestamptz_pl_interval timestamptz_mi_interval timestamp_mi interval_pl interval_mi interval_mul interval_div
interval_um time_pl_interval time_mi_interval time_mi_time timestamptz_trunc timestamptz_trunc_zone timestamp_trunc
interval_trunc timestamptz_zone timestamp_zone timestamptz_izone timestamp_izone now statement_timestamp
clock_timestamp float8_timestamptz make_date make_time make_timestamp make_timestamptz make_timestamptz_at_timezone
make_interval timestamp_bin timestamptz_bin timestamp_age timestamptz_age interval_justify_interval
interval_justify_hours interval_justify_days mul_d_interval date_finite timestamp_finite interval_finite to_timestamp
to_date
"""

_VARIOUS = """
boolne xideq xidneq xid8eq xid8ne bytea_bit_count bit_bit_count drandom gen_random_uuid uuidv7 nextval_oid
pg_backend_pid current_database get_current_ts_config jsonb_typeof jsonb_concat jsonb_contains jsonb_contained
jsonb_exists jsonb_exists_any jsonb_exists_all arraycontains arraycontained arrayoverlap array_append array_prepend
array_cat array_cardinality array_to_text range_contains_elem elem_contained_by_range range_contains
range_contained_by range_overlaps range_before range_after range_adjacent range_empty multirange_empty ts_match_vq
ts_match_qv to_tsvector to_tsvector_byid to_tsquery to_tsquery_byid plainto_tsquery plainto_tsquery_byid
websearch_to_tsquery websearch_to_tsquery_byid ts_rank_tt ts_rank_ttf ts_rank_wtt ts_rank_wttf phraseto_tsquery
phraseto_tsquery_byid ts_rankcd_tt ts_rankcd_ttf ts_rankcd_wtt ts_rankcd_wttf ts_headline ts_headline_opt
ts_headline_byid ts_headline_byid_opt tsvector_setweight tsvector_concat tsvector_strip tsvector_length
tsvector_to_array tsquery_and tsquery_or tsquery_not tsquery_numnode json_typeof json_array_length jsonb_array_length
json_strip_nulls jsonb_strip_nulls jsonb_set jsonb_insert jsonb_pretty jsonb_delete jsonb_delete_array
jsonb_delete_idx jsonb_delete_path json_object json_object_two_arg jsonb_object jsonb_object_two_arg row_to_json
row_to_json_pretty array_to_json array_to_json_pretty array_remove array_replace array_positions array_to_text_null
trim_array array_reverse array_sort array_sort_order range_lower_inc range_upper_inc range_lower_inf range_upper_inf
range_intersect range_union range_minus range_merge range_overleft range_overright multirange_contains_elem
elem_contained_by_multirange multirange_contains_range range_contained_by_multirange range_overlaps_multirange
multirange_overlaps_range multirange_overlaps_multirange multirange_union multirange_minus multirange_intersect
network_host network_show network_masklen network_family network_broadcast network_network network_netmask
network_hostmask inet_abbrev cidr_abbrev inet_set_masklen cidr_set_masklen network_sub network_subeq network_sup
network_supeq network_overlap inetnot inetand inetor inetpl inetmi_int8 inetmi inet_same_family inet_merge
inet_to_cidr pg_try_advisory_lock_int8 pg_try_advisory_lock_int4 pg_try_advisory_lock_shared_int8
pg_try_advisory_lock_shared_int4 pg_try_advisory_xact_lock_int8 pg_try_advisory_xact_lock_int4
pg_try_advisory_xact_lock_shared_int8 pg_try_advisory_xact_lock_shared_int4 pg_advisory_unlock_int8
pg_advisory_unlock_int4 pg_advisory_unlock_shared_int8 pg_advisory_unlock_shared_int4
"""

_WINDOWS = "window_ntile window_lag_with_offset_and_default window_lead_with_offset_and_default"

INTERNAL_FUNCTIONS = frozenset(f"{_ARITHMETIC} {_CASTS} {_TEXT} {_TIME} {_VARIOUS} {_WINDOWS}".split())
"""Not NULL when no argument is."""

SQL_FUNCTIONS = frozenset(
    (
        "age",
        "anytextcat",
        "bit_length",
        "integer_pl_date",
        "interval_pl_date",
        "interval_pl_time",
        "interval_pl_timestamp",
        "interval_pl_timestamptz",
        "log",
        "log10",
        "lpad",
        "quote_literal",
        "round",
        "rpad",
        "textanycat",
        "timedate_pl",
        "timestamptz",
        "trunc",
    )
)
"""By name, of the built-in functions that are written in SQL: not NULL when no argument is."""

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
        "range_constructor3",
        "quote_nullable",
        "pg_typeof",
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
        "range_agg",
    )
)
"""By name: not NULL over at least one row, when no argument is NULL."""

GATHERING = frozenset(
    (
        "array_agg",
        "json_agg",
        "json_agg_strict",
        "jsonb_agg",
        "jsonb_agg_strict",
        "json_object_agg",
        "json_object_agg_strict",
        "json_object_agg_unique",
        "json_object_agg_unique_strict",
        "jsonb_object_agg",
        "jsonb_object_agg_strict",
        "jsonb_object_agg_unique",
        "jsonb_object_agg_unique_strict",
    )
)
"""By name: not NULL over at least one row, since a NULL is gathered like any other value, or makes no member."""

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

SKIPPING = frozenset(("text_concat_ws", "text_format", "text_format_nv"))
"""Not NULL when the first argument is not: the others are left out, or empty. Not if they come as a VARIADIC array."""

FRAME_ENDS = frozenset(("window_first_value", "window_last_value"))
"""Window functions that give the value of their argument in a row of the frame."""
