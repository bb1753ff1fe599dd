-- Reconciliations whose streams change, and reconciliations that are no more.

-- left_streams: streams that are no more on either side; their entries are not to be matched.
ALTER TABLE reconciliation
    ADD COLUMN left_streams bigint[] NOT NULL DEFAULT '{}',
    ADD COLUMN deleted_at   timestamptz;
CREATE INDEX reconciliation_deleted ON reconciliation (organization_id, id) WHERE deleted_at IS NOT NULL;

-- A stream that left keeps its row: its side is that of its entries for ever.
ALTER TABLE reconciliation_stream ADD COLUMN left_at timestamptz;

-- Entries withdrawn because their stream left: they come back with it, unless their record has a
-- later version by then.
CREATE TABLE left_entry (
    organization_id   bigint NOT NULL,
    reconciliation_id bigint NOT NULL,
    stream_id         bigint NOT NULL,
    record_id         bigint NOT NULL,
    version           int NOT NULL,
    PRIMARY KEY (organization_id, reconciliation_id, stream_id, record_id)
);
CALL protect_tenant_table('left_entry');
