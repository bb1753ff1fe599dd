-- name: role
-- The one role that reads every schema and writes none; it may exist: roles are the server's.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tieout_auditor') THEN
        CREATE ROLE tieout_auditor;
    END IF;
    ALTER ROLE tieout_auditor LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE BYPASSRLS;
    ALTER ROLE tieout_auditor SET default_transaction_read_only = on;
END $$

-- name: password
-- The statement that sets its password, which cannot be a parameter.
SELECT format('ALTER ROLE tieout_auditor PASSWORD %L', $1::text)

-- name: grants
-- It may read what is in the four schemas and what later migrations add; nothing else.
DO $$
DECLARE
    service text;
BEGIN
    FOREACH service IN ARRAY ARRAY['ingest', 'matcher', 'exceptions', 'gateway'] LOOP
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO tieout_auditor', service);
        EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO tieout_auditor', service);
        EXECUTE format(
            'ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT SELECT ON TABLES TO tieout_auditor',
            'tieout_' || service || '_owner', service);
    END LOOP;
END $$
