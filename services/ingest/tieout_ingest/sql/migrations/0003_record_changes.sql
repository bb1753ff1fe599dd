-- Corrections and deletions of records; pending records are sent like all others.

-- Who wrote a version, where a person did; what it is, null where a source reported it.
ALTER TABLE record
    ADD COLUMN account_id bigint,
    ADD COLUMN change     text CHECK (change IN ('correction', 'deletion'));
-- A correction may give another external id (`renames`, else null): a record is found by any that it
-- had, and no other record gets one of them.
ALTER TABLE record ADD COLUMN renames boolean;
DROP INDEX record_identity;
CREATE UNIQUE INDEX record_identity ON record (organization_id, stream_id, identity)
    WHERE version = 1 OR renames;

-- Every record counts once, whatever its versions. Pending ones that were kept back are sent now:
-- each is a backfill of its own. Row-level security hides rows from the owner too.
CREATE POLICY migrating ON record USING (true);
CREATE POLICY migrating ON stream USING (true);
CREATE POLICY migrating ON route USING (true);
CREATE POLICY migrating ON backfill USING (true);
ALTER TABLE stream RENAME COLUMN routable TO records;
UPDATE stream SET records = (
    SELECT count(*) FROM record
    WHERE record.organization_id = stream.organization_id AND record.stream_id = stream.id
      AND version = 1);
UPDATE route SET routed = (
    SELECT count(*) FROM record
    WHERE record.organization_id = route.organization_id AND record.stream_id = route.stream_id
      AND version = 1 AND (routable OR EXISTS (
        SELECT FROM record AS booked
        WHERE booked.organization_id = record.organization_id
          AND booked.stream_id = record.stream_id AND booked.id = record.id AND booked.routable)))
WHERE active AND NOT EXISTS (
    SELECT FROM backfill
    WHERE backfill.organization_id = route.organization_id AND backfill.stream_id = route.stream_id
      AND backfill.reconciliation_id = route.reconciliation_id);
INSERT INTO backfill (organization_id, stream_id, reconciliation_id, backfilled_to, backfill_to)
SELECT organization_id, stream_id, reconciliation_id, record.id - 1, record.id
FROM record JOIN route USING (organization_id, stream_id)
WHERE route.active AND record.version = 1 AND NOT EXISTS (
    SELECT FROM record AS sent
    WHERE sent.organization_id = record.organization_id AND sent.stream_id = record.stream_id
      AND sent.id = record.id AND sent.routable);
DROP POLICY migrating ON record;
DROP POLICY migrating ON stream;
DROP POLICY migrating ON route;
DROP POLICY migrating ON backfill;
ALTER TABLE record DROP COLUMN routable;
ALTER TABLE import_batch DROP COLUMN routable;

-- What was asked of a record: the matcher decides, then its next version is written.
CREATE TABLE record_change (
    organization_id bigint NOT NULL,
    id              bigint NOT NULL DEFAULT nextval('request_id'),
    stream_id       bigint NOT NULL,
    record_id       bigint NOT NULL,
    version         int NOT NULL,    -- the one that it makes
    kind            text NOT NULL CHECK (kind IN ('correction', 'deletion')),
    account_id      bigint NOT NULL,
    identity        text COLLATE "C",
    fields          bytea NOT NULL,  -- what the version says; of a deletion what the record said
    raw             bytea NOT NULL,  -- JSON of what came
    state           text NOT NULL CHECK (state IN ('pending', 'done', 'refused')),
    attempts        int NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL,
    refusal_code    text,
    refusal_message text,
    created_at      timestamptz NOT NULL,
    finished_at     timestamptz,
    PRIMARY KEY (organization_id, id)
);
CREATE UNIQUE INDEX record_change_under_way ON record_change (organization_id, record_id)
    WHERE state = 'pending';
CREATE INDEX record_change_due ON record_change (next_attempt_at) WHERE state = 'pending';
CALL protect_tenant_table('record_change');
