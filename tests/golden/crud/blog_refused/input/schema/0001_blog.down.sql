DROP TABLE comments, posts, authors;
