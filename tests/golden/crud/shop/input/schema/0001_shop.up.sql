CREATE TYPE kind AS ENUM ('book', 'board game', '3d');
CREATE TABLE products (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    slug text NOT NULL UNIQUE,
    title text NOT NULL,
    kind kind NOT NULL,
    price numeric(12, 2) NOT NULL,
    weight double precision,
    tags text[] NOT NULL DEFAULT '{}',
    maker jsonb,
    importer jsonb,
    since timestamptz
);
CREATE TABLE reviews (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    product bigint NOT NULL REFERENCES products (id),
    stars integer NOT NULL,
    text text,
    hidden boolean NOT NULL DEFAULT false
);
COMMENT ON COLUMN products.importer IS 'katana: type = shop_api.dto.Maker';
