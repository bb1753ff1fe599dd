-- Streams that are emptied or deleted, record by record, and counts of what they hold.

-- closed_at: it is being deleted and nobody sees it; deleted_at: it is, and its key is free.
-- deleted: records that are no more; orphans: records there are that no import brought first.
ALTER TABLE stream
    ADD COLUMN closed_at  timestamptz,
    ADD COLUMN deleted_at timestamptz,
    ADD COLUMN deleted    bigint NOT NULL DEFAULT 0,
    ADD COLUMN orphans    bigint NOT NULL DEFAULT 0,
    DROP CONSTRAINT stream_key_taken;
CREATE UNIQUE INDEX stream_key_taken ON stream (organization_id, key) WHERE deleted_at IS NULL;

-- Row-level security hides rows from the owner too.
CREATE POLICY migrating ON record USING (true);
CREATE POLICY migrating ON stream USING (true);
WITH last AS (
    SELECT DISTINCT ON (organization_id, stream_id, id) organization_id, stream_id, id, change
    FROM record ORDER BY organization_id, stream_id, id, version DESC
), counted AS (
    SELECT last.organization_id, last.stream_id,
           count(*) FILTER (WHERE last.change = 'deletion') AS deleted,
           count(*) FILTER (WHERE last.change IS DISTINCT FROM 'deletion'
                            AND record.import_batch_id IS NULL) AS orphans
    FROM last JOIN record USING (organization_id, stream_id, id)
    WHERE record.version = 1 GROUP BY last.organization_id, last.stream_id
)
UPDATE stream SET deleted = counted.deleted, orphans = counted.orphans
FROM counted
WHERE stream.organization_id = counted.organization_id AND stream.id = counted.stream_id;
DROP POLICY migrating ON record;
DROP POLICY migrating ON stream;

-- A batch whose records were withdrawn with all others: its file may come again.
ALTER TABLE import_batch ADD COLUMN reset_at timestamptz;
DROP INDEX import_batch_same_file;
CREATE UNIQUE INDEX import_batch_same_file ON import_batch (organization_id, stream_id, sha256)
    WHERE status <> 'failed' AND reset_at IS NULL;

CREATE INDEX bulk_request_of_stream ON bulk_request USING gin (stream_ids);

CREATE TABLE stream_operation (
    organization_id bigint NOT NULL,
    id              bigint NOT NULL DEFAULT nextval('request_id'),
    stream_id       bigint NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('delete', 'reset')),
    is_async        boolean NOT NULL,
    account_id      bigint NOT NULL,
    status          text NOT NULL CHECK (status IN ('pending', 'running', 'completed', 'failed')),
    up_to           bigint NOT NULL,  -- what was told after this position stays
    records         bigint NOT NULL,  -- that there were
    done            bigint NOT NULL DEFAULT 0,
    done_to         bigint NOT NULL DEFAULT 0, -- records up to this number are no more
    error_code      text,
    error_message   text,
    created_at      timestamptz NOT NULL,
    started_at      timestamptz,
    completed_at    timestamptz,
    PRIMARY KEY (organization_id, id)
);
CREATE UNIQUE INDEX stream_operation_in_work ON stream_operation (organization_id, stream_id)
    WHERE status IN ('pending', 'running');
CALL protect_tenant_table('stream_operation');

-- Deletions that such an operation asks for; it carries them out, many together.
ALTER TABLE record_change ADD COLUMN operation_id bigint;
CREATE INDEX record_change_of_operation ON record_change (organization_id, operation_id)
    WHERE state = 'pending' AND operation_id IS NOT NULL;
