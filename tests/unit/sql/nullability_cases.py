"""What is known about NULL, rule by rule: queries, and for each column whether NULL cannot (`!`) or can (`?`) occur.

The tests compile every one, and the reference shows them.
"""

SCHEMA = """
CREATE TYPE mood AS ENUM ('low', 'high');
CREATE DOMAIN positive AS int NOT NULL CHECK (VALUE > 0);
CREATE TABLE u (id bigint PRIMARY KEY, name text NOT NULL, bio text, age int, feeling mood);
CREATE TABLE p (
    id bigint PRIMARY KEY, uid bigint REFERENCES u, title text NOT NULL, score numeric NOT NULL, n positive);
CREATE TABLE later (id bigint PRIMARY KEY, x int);
ALTER TABLE later ADD CONSTRAINT x_there NOT NULL x NOT VALID;
CREATE TABLE parent (k int NOT NULL, v int NOT NULL) PARTITION BY RANGE (k);
CREATE TABLE child PARTITION OF parent FOR VALUES FROM (0) TO (100);
CREATE TABLE computed (a int NOT NULL, b int GENERATED ALWAYS AS (a + 1) STORED NOT NULL,
    c int GENERATED ALWAYS AS (a + 1) VIRTUAL NOT NULL);
CREATE VIEW plain AS SELECT id, name, bio FROM u;
CREATE VIEW joined AS SELECT u.id, p.title FROM u LEFT JOIN p ON p.uid = u.id;
CREATE FUNCTION own(x int) RETURNS int LANGUAGE sql STRICT IMMUTABLE RETURN NULL::int;
CREATE FUNCTION rows_of() RETURNS SETOF u LANGUAGE sql STABLE BEGIN ATOMIC SELECT * FROM u; END;
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4pl);
"""

MERGE = """
MERGE INTO u USING p ON u.id = p.uid
WHEN NOT MATCHED BY SOURCE THEN DELETE WHEN MATCHED THEN UPDATE SET name = p.title"""

SECTIONS: dict[str, list[tuple[str, str]]] = {
    "Columns of tables": [
        ("SELECT id, name, bio FROM u", "! ! ?"),
        ("SELECT n FROM p", "?"),
        ("SELECT x FROM later", "?"),
        ("SELECT k, v FROM parent", "! !"),
        ("SELECT a, b, c FROM computed", "! ! ?"),
        ("SELECT tableoid, u.*::text AS whole FROM u", "! !"),
    ],
    "Joins": [
        ("SELECT u.id, p.id AS pid FROM u JOIN p ON p.uid = u.id", "! !"),
        ("SELECT u.id, p.id AS pid FROM u LEFT JOIN p ON p.uid = u.id", "! ?"),
        ("SELECT u.id, p.id AS pid FROM u RIGHT JOIN p ON p.uid = u.id", "? !"),
        ("SELECT u.id, p.id AS pid FROM u FULL JOIN p ON p.uid = u.id", "? ?"),
        ("SELECT id FROM u LEFT JOIN p USING (id)", "!"),
        ("SELECT id FROM u RIGHT JOIN p USING (id)", "!"),
        ("SELECT id FROM u FULL JOIN p USING (id)", "?"),
        ("SELECT a.id, b.id AS b, c.id AS c FROM u a LEFT JOIN (u b JOIN u c ON c.id = b.id) ON b.id = a.id", "! ? ?"),
        ("SELECT j.id, j.title FROM (u LEFT JOIN p ON p.uid = u.id) AS j(id, a, b, c, d, e, f, title)", "! ?"),
        ("SELECT s.one FROM u LEFT JOIN (SELECT 1 AS one, id FROM p) s ON s.id = u.id", "?"),
        ("SELECT s.t FROM u LEFT JOIN LATERAL (SELECT p.title AS t FROM p WHERE p.uid = u.id) s ON true", "?"),
        ("SELECT s.t FROM u CROSS JOIN LATERAL (SELECT p.title AS t FROM p WHERE p.uid = u.id) s", "!"),
    ],
    "Conditions that prove something": [
        ("SELECT bio FROM u WHERE bio IS NOT NULL", "!"),
        ("SELECT bio, age FROM u WHERE bio = @bio AND age > 3", "! !"),
        ("SELECT bio FROM u WHERE bio = @bio OR age > 3", "?"),
        ("SELECT bio FROM u WHERE NOT (bio = @bio)", "?"),
        ("SELECT age FROM u WHERE age IN (1, 2)", "!"),
        ("SELECT age FROM u WHERE age <> ALL (@ages::int[])", "?"),
        ("SELECT bio FROM u WHERE bio IS NOT DISTINCT FROM @bio", "?"),
        ("SELECT p.title FROM u LEFT JOIN p ON p.uid = u.id WHERE p.score > 1", "!"),
        ("SELECT p.title FROM u LEFT JOIN p ON p.uid = u.id AND p.score > 1", "?"),
        ("SELECT u.age FROM u JOIN p ON p.uid = u.age", "!"),
        ("SELECT age FROM u WHERE age = 1 OR age > 7", "!"),
        ("SELECT age, bio FROM u WHERE (age = 1 AND bio = 'x') OR age > 7", "! ?"),
        ("SELECT age FROM u WHERE NOT (age = 1 OR age > 7)", "?"),
        ("SELECT bio FROM u WHERE lower(bio) = lower(@bio)", "!"),
        ("SELECT age FROM u WHERE age + 1 BETWEEN @low AND @high", "!"),
        ("SELECT bio, age FROM u WHERE coalesce(bio, '') = '' AND concat(age) = ''", "? ?"),
        ("SELECT bio FROM u WHERE bio IN (SELECT title FROM p)", "!"),
        ("SELECT bio, age FROM u WHERE (bio, age) IN (SELECT title, n FROM p)", "! !"),
        ("SELECT bio FROM u WHERE bio NOT IN (SELECT title FROM p)", "?"),
        ("SELECT bio FROM u WHERE bio = ALL (SELECT title FROM p)", "?"),
        ("UPDATE u SET bio = NULL WHERE bio IS NOT NULL RETURNING bio", "?"),
        ("UPDATE u SET bio = NULL FROM p WHERE p.uid = u.id RETURNING bio, p.uid", "? !"),
        (
            "DELETE FROM u USING p LEFT JOIN later l ON l.id = p.id WHERE u.age = p.n RETURNING u.age, p.n, l.id",
            "! ! ?",
        ),
    ],
    "Expressions": [
        ("SELECT 1 AS a, NULL::int AS b, 'x' AS c, true AS d", "! ? ! !"),
        ("SELECT @a::int AS a, @b::text AS b", "! !"),
        ("SELECT coalesce(bio, '') AS a, coalesce(bio, age::text) AS b, coalesce(bio, name) AS c FROM u", "! ? !"),
        ("SELECT nullif(name, '') AS a, greatest(age, 1) AS b, least(age, age) AS c FROM u", "? ! ?"),
        ("SELECT CASE WHEN age > 1 THEN 1 ELSE 2 END AS a, CASE WHEN age > 1 THEN 1 END AS b FROM u", "! ?"),
        ("SELECT name || '!' AS a, name || bio AS b, id + 1 AS c, id + age AS d, -id AS e FROM u", "! ? ! ? !"),
        ("SELECT id = 1 AS a, age = 1 AS b, id = 1 AND age = 1 AS c, NOT id = 1 AS d FROM u", "! ? ? !"),
        ("SELECT age IS NULL AS a, age IS DISTINCT FROM 1 AS b, (age = 1) IS TRUE AS c FROM u", "! ! !"),
        ("SELECT id IN (1, 2) AS a, id IN (1, NULL) AS b, id = ANY (@ids::bigint[]) AS c FROM u", "! ? ?"),
        ("SELECT id::text AS a, age::text AS b, id::int AS c, name::varchar(3) AS d FROM u", "! ? ! !"),
        ("SELECT lower(name) AS a, lower(bio) AS b, length(name) AS c, concat(bio, age) AS d FROM u", "! ? ! !"),
        ("SELECT to_char(now(), '') AS a, extract(hour FROM now()) AS b, ('null'::jsonb)::int AS c", "? ? ?"),
        ("SELECT round(1.5) AS a, pi() AS b, id || '!' AS c, interval '1 day' + now() AS d FROM u", "! ! ! !"),
        ("SELECT scale(1.5) AS a, round(age::numeric, 1) AS b, jsonb_set('{}', '{a}', '1') AS c FROM u", "? ? !"),
        ("SELECT concat_ws('-', bio, age) AS a, concat_ws(bio, name) AS b, format('%s', bio) AS c FROM u", "! ? !"),
        ("SELECT concat_ws('-', VARIADIC NULL::text[]) AS a, pg_try_advisory_xact_lock(@key::bigint) AS b", "? !"),
        ("SELECT own(1) AS a, 1 === 2 AS b", "? !"),
        ("SELECT now() AS a, current_date AS b, current_user AS c, current_schema AS d", "! ! ! ?"),
        ("SELECT ARRAY[age] AS a, (ARRAY[1])[2] AS b, ROW(age) AS c FROM u", "! ? !"),
        ("SELECT 1 IN (SELECT age FROM u) AS a, (1, 2) = (SELECT 1, 2) AS b", "? ?"),
        ("SELECT 1 = ANY (ARRAY[[1, NULL]]) AS a", "?"),
        ("SELECT concat(VARIADIC NULL::text[]) AS a, num_nulls(VARIADIC NULL::int[]) AS b", "? ?"),
    ],
    "Sub-selects": [
        ("SELECT EXISTS (SELECT 1) AS a, ARRAY(SELECT age FROM u) AS b", "! !"),
        (
            "SELECT (SELECT name FROM u LIMIT 1) AS a, (SELECT count(*) FROM u) AS b, (SELECT max(id) FROM u) AS c",
            "? ! ?",
        ),
        ("SELECT (SELECT coalesce(max(id), 0) FROM u) AS a, (SELECT count(*) FROM u GROUP BY id) AS b", "! ?"),
        ("SELECT (SELECT count(*) FROM u HAVING false) AS a, (SELECT count(*) FROM u LIMIT 0) AS b", "? ?"),
        ("SELECT (SELECT count(*) FROM u OFFSET 1) AS a, (SELECT count(*) + o.age FROM u) AS b FROM u o", "? ?"),
        ("SELECT s.a, s.b FROM (SELECT id AS a, age AS b FROM u) s", "! ?"),
    ],
    "Aggregates": [
        ("SELECT count(*) AS a, count(age) AS b, sum(id) AS c, max(name) AS d FROM u", "! ! ? ?"),
        ("SELECT name, sum(id) AS a, sum(age) AS b, array_agg(age) AS c FROM u GROUP BY name", "! ! ? !"),
        ("SELECT name, json_object_agg(name, bio) AS a, jsonb_object_agg(id, age) AS b FROM u GROUP BY name", "! ! !"),
        (
            "SELECT JSON_OBJECT('a': bio) AS a, JSON_ARRAYAGG(bio) AS b, JSON_SCALAR(bio) AS c FROM u GROUP BY bio",
            "! ! ?",
        ),
        ("SELECT JSON_ARRAY(bio) AS a, JSON_ARRAY(SELECT bio FROM u) AS b FROM u", "! ?"),
        ("SELECT sum(id) FILTER (WHERE id > 3) AS a, stddev(id) AS b FROM u GROUP BY name", "? ?"),
        ("SELECT name, count(*) AS n, sum(id) AS s FROM u GROUP BY ROLLUP (name)", "? ! ?"),
        ("SELECT name, grouping(name) AS g FROM u GROUP BY GROUPING SETS ((name), ())", "? !"),
        ("SELECT upper(name) AS a FROM u GROUP BY name", "!"),
        ("SELECT upper(name) AS a FROM u GROUP BY CUBE (name)", "?"),
    ],
    "Windows": [
        ("SELECT row_number() OVER () AS a, rank() OVER (ORDER BY id) AS b, count(*) OVER () AS c FROM u", "! ! !"),
        ("SELECT lag(id) OVER () AS a, nth_value(id, 2) OVER () AS b FROM u", "? ?"),
        (
            "SELECT sum(id) OVER () AS a, sum(age) OVER () AS b, first_value(id) OVER (ORDER BY age) AS c FROM u",
            "! ? !",
        ),
        (
            "SELECT ntile(4) OVER () AS a, lead(name, 1, '') OVER () AS b, lead(name, 1, bio) OVER () AS c FROM u",
            "! ! ?",
        ),
        ("SELECT sum(id) OVER (ROWS BETWEEN 2 FOLLOWING AND 3 FOLLOWING) AS a FROM u", "?"),
        ("SELECT sum(id) FILTER (WHERE id > 3) OVER () AS a, stddev(id) OVER () AS b FROM u", "? ?"),
    ],
    "Set operations": [
        ("SELECT name FROM u UNION SELECT title FROM p", "!"),
        ("SELECT name FROM u UNION ALL SELECT bio FROM u", "?"),
        ("SELECT name FROM u INTERSECT SELECT bio FROM u", "!"),
        ("SELECT bio FROM u EXCEPT SELECT name FROM u", "?"),
        ("SELECT name FROM u EXCEPT SELECT bio FROM u", "!"),
        ("(SELECT name FROM u UNION SELECT bio FROM u) INTERSECT SELECT title FROM p", "!"),
    ],
    "Lists of values, functions in FROM": [
        ("SELECT a, b FROM (VALUES (1, 2), (3, NULL)) v(a, b)", "! ?"),
        ("VALUES (1, NULL)", "! ?"),
        ("SELECT n FROM generate_series(1, 3) AS n", "!"),
        ("SELECT n, m FROM ROWS FROM (generate_series(1, 3), generate_series(1, 2)) AS t(n, m)", "? ?"),
        ("SELECT x, o FROM unnest(@xs::int[]) WITH ORDINALITY AS t(x, o)", "? !"),
        ("SELECT generate_series(1, 3) AS a, 1 AS b", "! !"),
        ("SELECT generate_series(1, 3) AS a, generate_series(1, 2) AS b", "? ?"),
        ("SELECT unnest(@ids::int[]) AS a", "?"),
        ("SELECT id FROM rows_of()", "?"),
    ],
    "CTEs": [
        ("WITH c AS (SELECT id, bio FROM u) SELECT id, bio FROM c", "! ?"),
        ("WITH c AS (INSERT INTO u (id, name) VALUES (1, 'x') RETURNING id, bio) SELECT id, bio FROM c", "! ?"),
        ("WITH RECURSIVE c AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM c WHERE n < 9) SELECT n FROM c", "!"),
        ("WITH RECURSIVE c AS (SELECT 1 AS n UNION ALL SELECT NULL FROM c WHERE n < 9) SELECT n FROM c", "?"),
        (
            "WITH RECURSIVE c AS (SELECT 1 AS a, 2 AS b, 3 AS d UNION SELECT b, NULL, d FROM c) SELECT a, b, d FROM c",
            "? ? !",
        ),
    ],
    "Views": [
        ("SELECT id, name, bio FROM plain", "! ! ?"),
        ("SELECT id, title FROM joined", "! ?"),
        ("INSERT INTO plain (id, name) VALUES (1, 'x') RETURNING id, name, bio", "! ! ?"),
    ],
    "RETURNING": [
        ("INSERT INTO u (id, name) VALUES (@id, @name) RETURNING id, name, bio", "! ! ?"),
        ("INSERT INTO u (id, name) VALUES (1, 'x') RETURNING (xmax = 0) AS inserted", "!"),
        ("INSERT INTO u (id, name) VALUES (1, 'x') RETURNING old.id AS a, new.id AS b", "? ?"),
        ("UPDATE u SET name = 'x' FROM p LEFT JOIN later l ON l.id = p.id RETURNING u.id, p.title, l.id AS l", "! ! ?"),
        ("DELETE FROM u RETURNING name, bio", "! ?"),
        (f"{MERGE} RETURNING merge_action() AS did, u.name, p.title", "? ! ?"),
    ],
    "Names that look like parts of the tree": [
        ('SELECT bio AS ":constisnull", NULL::int AS ":resjunk false", name AS "} {" FROM u', "? ? !"),
        ('SELECT s."a b\\c" FROM (SELECT id AS "a b\\c" FROM u) s', "!"),
    ],
}
