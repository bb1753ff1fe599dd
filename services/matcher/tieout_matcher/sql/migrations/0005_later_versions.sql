-- Later versions of records that arrived, and records that are no more.

-- ended: entries that are no more to be matched; awaited_versions: rows of awaited_version.
ALTER TABLE reconciliation
    ADD COLUMN ended            bigint NOT NULL DEFAULT 0,
    ADD COLUMN awaited_versions int NOT NULL DEFAULT 0;

-- Matches revoked before there was a status: row-level security hid them from 0002.
CREATE POLICY migrating ON match USING (true);
UPDATE match SET status = 'revoked' WHERE revoked_at IS NOT NULL AND status = 'accepted';
DROP POLICY migrating ON match;

-- Where a record of this stream has an entry.
CREATE INDEX reconciliation_of_stream ON reconciliation_stream (organization_id, stream_id);

-- What entries said before later versions took their place, and until when.
CREATE TABLE earlier_version (
    organization_id   bigint NOT NULL,
    reconciliation_id bigint NOT NULL,
    record_id         bigint NOT NULL,
    version           int NOT NULL,
    fields            bytea NOT NULL,
    ended             text,
    ended_at          timestamptz,
    until             timestamptz NOT NULL,
    PRIMARY KEY (organization_id, reconciliation_id, record_id, version)
);

-- What was asked of a record before it arrived: versions before this one are not what it says.
CREATE TABLE awaited_version (
    organization_id   bigint NOT NULL,
    reconciliation_id bigint NOT NULL,
    record_id         bigint NOT NULL,
    version           int NOT NULL,
    message           bytea NOT NULL,  -- JSON of the contracts' RecordAccepted or RecordWithdrawn
    PRIMARY KEY (organization_id, reconciliation_id, record_id)
);

-- Changes of records asked by ingest, by its number: the same one has the same outcome for ever.
CREATE TABLE record_change (
    organization_id bigint NOT NULL,
    id              bigint NOT NULL,
    record_id       bigint NOT NULL,
    outcome         jsonb,             -- null only within the transaction that decides it
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CALL protect_tenant_table('earlier_version');
CALL protect_tenant_table('awaited_version');
CALL protect_tenant_table('record_change');
