DROP DATABASE IF EXISTS shop;
CREATE DATABASE shop;
\c shop
CREATE TABLE users (id bigint);
\set ON_ERROR_STOP on
