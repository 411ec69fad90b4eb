CREATE TABLE world (
    id integer PRIMARY KEY,
    random_number integer NOT NULL
);
INSERT INTO world (id, random_number) SELECT n, n * 7919 % 10000 + 1 FROM generate_series(1, 10000) AS n;

CREATE TABLE fortune (
    id integer PRIMARY KEY,
    message text NOT NULL
);
INSERT INTO fortune (id, message) VALUES
    (1, 'Nothing is as permanent as what was meant to last a week.'),
    (2, 'A page that nobody reads is never wrong.'),
    (3, 'Whoever measures twice has two figures.'),
    (4, 'The cache is right until it is not.'),
    (5, 'It worked here, said the one who packs for others.'),
    (6, 'Two clocks, no time.'),
    (7, '<script>alert("This should not be run.");</script>'),
    (8, 'An error that is caught and forgotten comes back at night.'),
    (9, 'Names are hard; renaming is harder.'),
    (10, 'The shortest queue is the one that you are not in.'),
    (11, 'フレームワークのベンチマーク'),
    (12, 'What has no test has an opinion.');
