-- name: get_track :one
-- cache: 5s
SELECT * FROM track WHERE track_id = @track_id;

-- name: tracks_with_their_album :many
-- embed: album = b
SELECT t.track_id, t.name, b.*
FROM track t LEFT JOIN album b ON b.album_id = t.album_id
ORDER BY t.track_id;

-- name: albums_of_artists :many
-- one_per_row: albums = b
SELECT a.*, b.*
FROM artist a LEFT JOIN album b ON b.artist_id = a.artist_id
ORDER BY a.artist_id, b.album_id;

-- name: list_albums :many
-- prefetch: tracks by album_id
SELECT * FROM album ORDER BY album_id;

-- name: tracks :many
SELECT * FROM track WHERE album_id = ANY (@album_ids) ORDER BY track_id;

-- name: search_tracks :page
-- filter: t.name ILIKE @pattern
-- filter: g.name = @genre
-- filter: without_composer: t.composer IS NULL
-- sort: longest: t.milliseconds desc, t.track_id
-- sort: name: t.name, t.track_id
SELECT t.track_id, t.name, t.milliseconds, g.name AS genre
FROM track t LEFT JOIN genre g ON g.genre_id = t.genre_id;

-- name: every_genre_and_track :many
SELECT g.name AS genre, t.name AS track
FROM track t FULL JOIN genre g USING (genre_id)
ORDER BY g.name NULLS FIRST, t.name NULLS FIRST;

-- name: genres_nobody_plays :many
SELECT g.genre_id, g.name FROM track t RIGHT JOIN genre g USING (genre_id)
WHERE t.track_id IS NULL ORDER BY g.genre_id;

-- name: longer_than_average :many
SELECT t.name, t.milliseconds - a.average AS above
FROM track t
JOIN (SELECT album_id, avg(milliseconds) AS average FROM track GROUP BY album_id) a USING (album_id)
WHERE t.milliseconds > a.average
ORDER BY t.track_id;

-- name: two_longest_of_each_album :many
SELECT b.title, l.name, l.milliseconds
FROM album b
LEFT JOIN LATERAL (
    SELECT name, milliseconds FROM track WHERE album_id = b.album_id ORDER BY milliseconds DESC, track_id LIMIT 2
) l ON true
ORDER BY b.album_id, l.milliseconds DESC;

-- name: statistics :one!
SELECT count(*) AS tracks,
       count(composer) AS composed,
       sum(unit_price) AS worth,
       coalesce(sum(bytes), 0) AS bytes,
       max(milliseconds) FILTER (WHERE unit_price > 1) AS longest_expensive,
       (SELECT max(name) FROM genre) AS last_genre,
       bool_or(composer IS NULL) AS any_unknown
FROM track
WHERE track_id > @after;

-- name: tracks_by_genre :many
SELECT g.name, count(*) AS tracks, avg(t.unit_price) AS price, array_agg(t.name ORDER BY t.track_id) AS names
FROM track t JOIN genre g USING (genre_id)
GROUP BY g.genre_id, g.name
HAVING count(*) >= @least
ORDER BY g.genre_id;

-- name: price_cube :many
SELECT genre_id, media_type_id, grouping(genre_id, media_type_id) AS level, sum(unit_price) AS worth
FROM track
GROUP BY CUBE (genre_id, media_type_id)
ORDER BY level, genre_id, media_type_id;

-- name: ranking :many
SELECT t.name,
       row_number() OVER w AS place,
       lag(t.name) OVER w AS before,
       first_value(t.name) OVER w AS longest,
       sum(t.milliseconds) OVER (w ROWS UNBOUNDED PRECEDING) AS so_far
FROM track t
WINDOW w AS (PARTITION BY t.album_id ORDER BY t.milliseconds DESC, t.track_id)
ORDER BY t.album_id NULLS LAST, place;

-- name: every_name :many
SELECT name, 'artist' AS kind FROM artist
UNION ALL
SELECT title, 'album' FROM album
ORDER BY 2, 1;

-- name: composers_who_are_artists :many
SELECT composer AS name FROM track WHERE composer IS NOT NULL INTERSECT SELECT name FROM artist ORDER BY 1;

-- name: artists_without_albums :many
SELECT artist_id FROM artist EXCEPT SELECT artist_id FROM album ORDER BY 1;

-- name: albums_as_json :many
SELECT b.title, json_agg(json_build_object('name', t.name, 'ms', t.milliseconds) ORDER BY t.track_id) AS tracks
FROM album b JOIN track t USING (album_id)
GROUP BY b.album_id ORDER BY b.album_id;

-- name: labels :many
SELECT track_id,
       CASE WHEN milliseconds > 300000 THEN 'long' WHEN milliseconds > 200000 THEN 'middle' END AS length,
       coalesce(composer, 'unknown') AS composer,
       nullif(genre_id, 1) AS other_genre,
       greatest(bytes, 5) AS at_least_five
FROM track ORDER BY track_id;

-- name: export_tracks :stream
-- timeout: 1m
SELECT track_id, name, unit_price FROM track WHERE unit_price <= @most ORDER BY track_id;

-- name: playlists_of_track :many
SELECT p.name FROM playlist p
WHERE EXISTS (SELECT FROM playlist_track l WHERE l.playlist_id = p.playlist_id AND l.track_id = @track_id)
ORDER BY p.playlist_id;

-- name: tracks_in_values :many
SELECT v.wanted, t.name FROM (VALUES (1, 'one'), (99, 'none')) AS v (id, wanted)
LEFT JOIN track t ON t.track_id = v.id ORDER BY v.id;

-- name: add_artist :one!
-- on_conflict: (artist_id) update(name) | nothing
-- nullable: name
INSERT INTO artist (artist_id, name) VALUES (@artist_id, @name) RETURNING *;

-- name: import_tracks :copyfrom
-- nullable: album_id, genre_id, composer, bytes
INSERT INTO track (track_id, name, album_id, media_type_id, genre_id, composer, milliseconds, bytes, unit_price)
VALUES (@track_id, @name, @album_id, @media_type_id, @genre_id, @composer, @milliseconds, @bytes, @unit_price);

-- name: fill_playlist :bulk
INSERT INTO playlist_track (playlist_id, track_id)
SELECT @playlist_id, given.id FROM unnest(@track_ids::int[]) AS given (id)
ON CONFLICT DO NOTHING
RETURNING track_id;

-- name: reprice :batch
UPDATE track SET unit_price = @unit_price WHERE genre_id = @genre_id RETURNING track_id, unit_price;
