CREATE TABLE users (id bigint);
COPY users FROM stdin;
