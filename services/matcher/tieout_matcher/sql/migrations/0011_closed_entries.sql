-- Why people closed entries; a reopened one has no row.
CREATE TABLE entry_closing (
    organization_id   bigint NOT NULL,
    reconciliation_id bigint NOT NULL,
    record_id         bigint NOT NULL,
    reason            text,
    note              text,
    account_id        bigint NOT NULL,
    closed_at         timestamptz NOT NULL,
    PRIMARY KEY (organization_id, reconciliation_id, record_id)
);
CALL protect_tenant_table('entry_closing');
