-- name: create
-- The statement that makes a database, whose name cannot be a parameter.
SELECT format('CREATE DATABASE %I TEMPLATE template0', $1::text)

-- name: drop
-- The statement that drops it, whoever is connected.
SELECT format('DROP DATABASE IF EXISTS %I WITH (FORCE)', $1::text)
