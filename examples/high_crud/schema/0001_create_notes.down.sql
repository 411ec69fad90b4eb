DROP TABLE notes;
DROP TABLE notebooks;
DROP TYPE state;
