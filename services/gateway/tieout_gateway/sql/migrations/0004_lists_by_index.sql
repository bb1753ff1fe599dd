-- A list reads what its page needs, whatever it is filtered by. What row-level security lets an
-- index look up has to be a column's own value: lower() is not leakproof.

ALTER TABLE account ADD COLUMN email_key text GENERATED ALWAYS AS (lower(email)) STORED;
DROP INDEX account_email;
CREATE UNIQUE INDEX account_email ON account (organization_id, email_key);
CREATE INDEX account_kind ON account (organization_id, kind, account_id);
