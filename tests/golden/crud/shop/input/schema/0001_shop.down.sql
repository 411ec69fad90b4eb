DROP TABLE reviews; DROP TABLE products; DROP TYPE kind;
