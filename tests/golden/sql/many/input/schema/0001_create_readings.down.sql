DROP TABLE readings;
DROP TYPE unit;
