-- name: get_person :one
SELECT * FROM people WHERE id = @id;

-- name: list_whole :many
SELECT p FROM people p ORDER BY id;

-- name: list_people :many
SELECT p.id, p AS person, array_agg(p.home) AS homes FROM people p GROUP BY p.id ORDER BY p.id;

-- name: add_person :exec
INSERT INTO people VALUES (
    @id, @home, @homes, @odd, @nothing, @awake, @ages, @days, @heights, @feelings, @temper, @matrix, @cube, @zips,
    @tag_sets, @moods, @bookings
);

-- name: add_whole :exec
INSERT INTO people SELECT (@person::people).*;

-- name: find_homes :many
SELECT unnest(homes) AS home FROM people WHERE home = ANY (@homes::address[]) AND awake @> @at::timestamptz;

-- name: copy_people :copyfrom
INSERT INTO people (id, home, homes, awake, ages, days, matrix, zips, tag_sets, moods)
VALUES (@id, @home, @homes, @awake, @ages, @days, @matrix, @zips, @tag_sets, @moods);

-- name: add_places :bulk
SELECT place FROM unnest(@places::place[]) AS place;
