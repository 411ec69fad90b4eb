CREATE TABLE pauses (
    id bigint PRIMARY KEY,
    months integer NOT NULL,
    days integer NOT NULL,
    microseconds bigint NOT NULL
);
