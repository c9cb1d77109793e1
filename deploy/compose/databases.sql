-- A database and a user for the shop and for each service: a service that could read the shop's tables would come to.
-- Order matters to the health check of compose.yaml: the catalog's database is the last thing made.
CREATE USER shop PASSWORD 'shop';
CREATE DATABASE shop OWNER shop;
CREATE USER catalog PASSWORD 'catalog';
CREATE DATABASE catalog OWNER catalog;
