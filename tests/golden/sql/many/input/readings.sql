-- name: import_readings :copyfrom
-- nullable: value, tags
INSERT INTO readings (sensor, unit, value, taken_at, tags) VALUES (@sensor, @unit, @value, @taken_at, @tags);

-- name: import_sensors :copyfrom
INSERT INTO public.readings (sensor) VALUES ($1);

-- name: add_readings :bulk
-- nullable: values
INSERT INTO readings (sensor, value, unit)
SELECT sensor, value, @unit FROM unnest(@sensors::text[], @values::float8[]) AS given (sensor, value)
RETURNING id, sensor, value;

-- name: rename_sensors :bulk
UPDATE readings SET sensor = given.name
FROM unnest(@ids::bigint[], @names::text[]) AS given (id, name)
WHERE readings.id = given.id;

-- name: delete_readings :bulk
DELETE FROM readings WHERE id IN (SELECT * FROM unnest(@ids::bigint[])) RETURNING id;

-- name: set_values :batch
-- nullable: value
UPDATE readings SET value = @value WHERE sensor = @sensor;

-- name: latest :batch
SELECT sensor, value FROM readings WHERE sensor = @sensor ORDER BY taken_at DESC, id DESC LIMIT 1;

-- name: export_readings :stream
SELECT * FROM readings WHERE id > @after ORDER BY id;

-- name: export_values :stream
SELECT value FROM readings ORDER BY id;

-- name: divide :stream
SELECT 1 / (n - @zero_at::int) AS quotient FROM generate_series(1, 1000) AS n;
