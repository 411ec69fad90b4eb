CREATE SCHEMA public;
CREATE TABLE public.users (id bigint);
