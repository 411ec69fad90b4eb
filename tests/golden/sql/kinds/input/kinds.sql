-- name: list_kinds :many
SELECT * FROM kinds;

-- name: add_kinds :exec
INSERT INTO kinds VALUES (
    @a_char, @a_bit, @a_varbit, @a_macaddr, @a_macaddr8, @a_point, @a_line, @a_lseg, @a_box, @a_path, @a_polygon,
    @a_circle, @an_xid, @an_xid8, @a_lsn, @an_hstore, @an_ltree, @a_vector, @a_halfvec, @a_sparsevec, @some_bits,
    @some_points, @some_hstores, @some_vectors
);

-- name: near :many
SELECT a_vector, a_vector <-> @to::vector AS distance FROM kinds ORDER BY 2 LIMIT @most;
