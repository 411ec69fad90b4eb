CREATE TABLE lists (id bigint PRIMARY KEY);
CREATE TABLE tasks (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    list_id bigint NOT NULL REFERENCES lists (id),
    title text NOT NULL,
    done boolean NOT NULL,
    note text
);
