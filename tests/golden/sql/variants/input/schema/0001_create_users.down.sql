DROP TABLE users;
DROP TABLE teams;
DROP TYPE mood;
