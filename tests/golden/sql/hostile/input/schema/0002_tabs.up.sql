CREATE TABLE tabs (
	id bigint NOT NULL  
);