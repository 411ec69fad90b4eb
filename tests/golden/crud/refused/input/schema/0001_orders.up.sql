CREATE TYPE state AS ENUM ('new', 'paid');
CREATE TABLE orders (
    id integer PRIMARY KEY,
    state state NOT NULL,
    price numeric NOT NULL,
    note text,
    "when" timestamp NOT NULL
);
