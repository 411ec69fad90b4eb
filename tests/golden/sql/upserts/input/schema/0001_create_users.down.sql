DROP TABLE sessions;
DROP TABLE "Stock";
DROP TABLE users;
