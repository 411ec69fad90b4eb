CREATE DOMAIN span AS jsonb;
COMMENT ON DOMAIN span IS 'A span of time.
katana: type = katana.runtime.sql.Interval';
CREATE DOMAIN file_path AS text CHECK (VALUE LIKE '/%');
COMMENT ON DOMAIN file_path IS 'katana: type = pathlib.PurePosixPath via pathlib.PurePosixPath, builtins.str';
CREATE DOMAIN grid AS integer[][];
CREATE TYPE step AS (name text, takes span, files file_path[]);

CREATE TABLE plans (
    id integer PRIMARY KEY,
    first_step jsonb,
    spans jsonb NOT NULL,
    by_name json NOT NULL,
    home file_path NOT NULL,
    files file_path[] NOT NULL,
    takes span,
    details jsonb,
    steps step[] NOT NULL,
    cells grid NOT NULL,
    address inet
);
COMMENT ON COLUMN plans.first_step IS 'katana: type=katana.runtime.sql.Interval';
COMMENT ON COLUMN plans.spans IS 'katana: type = list[katana.runtime.sql.Interval]';
COMMENT ON COLUMN plans.by_name IS 'katana: type = dict[str, katana.runtime.sql.Interval]';
