-- Who changed what: appended, never changed, each entry sealed with the one before it.

-- content: the entry as JSON; hash: SHA-256 of the hash before it (32 zero bytes for the first) and
-- the content. The other columns repeat what the content says, to look for it.
CREATE TABLE audit_entry (
    organization_id bigint NOT NULL,
    seq             bigint NOT NULL,
    id              text NOT NULL,
    at              timestamptz NOT NULL,
    account_id      bigint NOT NULL,
    content         bytea NOT NULL,
    hash            bytea NOT NULL,
    PRIMARY KEY (organization_id, seq),
    UNIQUE (organization_id, id)
);

-- The last number and hash of each organisation.
CREATE TABLE audit_chain (
    organization_id bigint PRIMARY KEY,
    seq             bigint NOT NULL,
    hash            bytea NOT NULL
);
CALL protect_tenant_table('audit_entry');
CALL protect_tenant_table('audit_chain');

CREATE FUNCTION audit_is_appended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit entries are appended, never changed or deleted';
END $$;
CREATE TRIGGER audit_entry_appended BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_appended();

DO $$
BEGIN
    EXECUTE format('REVOKE UPDATE, DELETE ON audit_entry FROM %I, %I',
        'tieout_' || current_schema() || '_worker', 'tieout_' || current_schema() || '_api');
END $$;
