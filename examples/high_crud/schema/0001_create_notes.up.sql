CREATE TYPE state AS ENUM ('draft', 'in progress', 'done');

CREATE TABLE notebooks (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    title text NOT NULL UNIQUE,
    color text,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE notes (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    notebook_id bigint NOT NULL REFERENCES notebooks (id),
    title text NOT NULL,
    text text NOT NULL,
    state state NOT NULL,
    tags text[] NOT NULL,
    due date,
    effort numeric,
    source jsonb,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX notes_notebook_id_number_idx ON notes (notebook_id, number);
