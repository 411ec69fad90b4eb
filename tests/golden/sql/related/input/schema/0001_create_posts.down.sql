DROP TABLE labels;
DROP TABLE comments;
DROP TABLE posts;
DROP TABLE profiles;
DROP TABLE users;
