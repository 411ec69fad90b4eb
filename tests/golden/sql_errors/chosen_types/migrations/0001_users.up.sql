CREATE DOMAIN code AS text;
COMMENT ON DOMAIN code IS 'katana: type = app.codes.Code';
CREATE TABLE users (id int PRIMARY KEY, settings jsonb, home text, code code, tags text[]);
COMMENT ON COLUMN users.home IS 'katana: types = app.dto.Home';
