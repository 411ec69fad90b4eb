CREATE SCHEMA audit;
CREATE TYPE "int" AS ENUM ('class', 'None', 'mro', 'name', 'größe', '日本');
CREATE TYPE "Row" AS ENUM ('a');
CREATE TABLE "userPosts" (
    "int" bigint NOT NULL,
    "str" text NOT NULL,
    "date" date NOT NULL,
    "other" date NOT NULL,
    "class" integer NOT NULL,
    "größe" integer NOT NULL,
    "2fa" boolean NOT NULL,
    "list" text[] NOT NULL
);
CREATE TABLE audit."userPosts" (id bigint NOT NULL, kind public."int" NOT NULL);
CREATE TABLE get_all (id bigint NOT NULL, name text NOT NULL);
