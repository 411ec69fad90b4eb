CREATE EXTENSION hstore;
CREATE EXTENSION ltree;
CREATE EXTENSION vector;

CREATE TABLE kinds (
    a_char "char" NOT NULL,
    a_bit bit(3) NOT NULL,
    a_varbit varbit NOT NULL,
    a_macaddr macaddr NOT NULL,
    a_macaddr8 macaddr8 NOT NULL,
    a_point point NOT NULL,
    a_line line NOT NULL,
    a_lseg lseg NOT NULL,
    a_box box NOT NULL,
    a_path path NOT NULL,
    a_polygon polygon NOT NULL,
    a_circle circle NOT NULL,
    an_xid xid NOT NULL,
    an_xid8 xid8 NOT NULL,
    a_lsn pg_lsn NOT NULL,
    an_hstore hstore NOT NULL,
    an_ltree ltree NOT NULL,
    a_vector vector(3) NOT NULL,
    a_halfvec halfvec(2) NOT NULL,
    a_sparsevec sparsevec(5) NOT NULL,
    some_bits varbit[] NOT NULL,
    some_points point[] NOT NULL,
    some_hstores hstore[] NOT NULL,
    some_vectors vector[] NOT NULL,
    words tsvector GENERATED ALWAYS AS (to_tsvector('simple', 'fat cat')) STORED
);
