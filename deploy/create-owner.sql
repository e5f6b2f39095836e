-- Run once by the database's own start: the role that MetaCortex connects as. It may make the roles that its processes
-- act as, and is no superuser, whom no row-level rule would hold back.
\getenv password METACORTEX_DATABASE_PASSWORD
CREATE ROLE metacortex LOGIN CREATEROLE PASSWORD :'password';
CREATE DATABASE metacortex OWNER metacortex;
