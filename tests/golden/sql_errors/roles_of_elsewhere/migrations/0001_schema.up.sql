CREATE TABLE users (id bigint);
ALTER TABLE users OWNER TO shop_admin;
