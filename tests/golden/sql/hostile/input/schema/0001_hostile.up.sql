-- """ + __import__('os').system('true') + """ \
CREATE TYPE quotes AS ENUM ('"""', '''', 'a"b', E'new\nline', '\', '{x}', '# comment', '${sh}');
CREATE TABLE "a""b" (
    "x""; import os" text NOT NULL DEFAULT '"""',
    quote quotes NOT NULL
);
COMMENT ON TABLE "a""b" IS '"""
import os  # \';
