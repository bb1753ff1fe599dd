-- Ledgers: reconciliations of statements (side A) with the entries of a general ledger (side B).
CREATE TABLE ledger (
    organization_id   bigint NOT NULL,
    reconciliation_id bigint NOT NULL,
    source_stream_id  bigint NOT NULL,
    source_stream_key text NOT NULL,
    gl_stream_id      bigint NOT NULL,
    gl_stream_key     text NOT NULL,
    PRIMARY KEY (organization_id, reconciliation_id)
);
CALL protect_tenant_table('ledger');
