CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL UNIQUE,
    name text NOT NULL,
    bio text,
    visits int NOT NULL DEFAULT 0
);
CREATE TABLE "Stock" (
    "Item" text,
    shop int,
    amount int NOT NULL,
    UNIQUE ("Item", shop)
);
CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    token text NOT NULL,
    user_id bigint,
    ended boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX ON sessions (user_id) WHERE NOT ended;
