-- Streams, records (append-only versions), import batches, bulk requests, routes, producers.

CREATE SEQUENCE stream_id AS bigint;
-- Numbers records and their later versions. CACHE 1 matters: under a stream's lock the numbers
-- only rise, so "up to here" is one number for a route that is made meanwhile.
CREATE SEQUENCE record_position AS bigint CACHE 1;
-- Import batches and bulk requests share one, because idempotency keys point at either by number.
CREATE SEQUENCE request_id AS bigint;
CREATE SEQUENCE producer_id AS bigint;

CREATE TABLE stream (
    organization_id       bigint NOT NULL,
    id                    bigint NOT NULL DEFAULT nextval('stream_id'),
    key                   text NOT NULL,
    name                  text NOT NULL,
    description           text,
    type                  text NOT NULL,
    profile               jsonb,
    expected_days         int NOT NULL CHECK (expected_days >= 0),
    arrival_grace_seconds int NOT NULL CHECK (arrival_grace_seconds >= 0),
    overlap               text NOT NULL CHECK (overlap IN ('dedupe', 'append')),
    version               int NOT NULL DEFAULT 1,
    routable              bigint NOT NULL DEFAULT 0, -- record versions that may be routed
    created_at            timestamptz NOT NULL,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT stream_key_taken UNIQUE (organization_id, key)
) WITH (fillfactor = 50);
CALL protect_tenant_table('stream');

-- Only the first version holds its identity in the unique index: later ones share it.
CREATE TABLE record (
    organization_id bigint NOT NULL,
    stream_id       bigint NOT NULL,
    id              bigint NOT NULL,
    version         int NOT NULL,
    position        bigint NOT NULL, -- = id for version 1; a number of its own for later ones
    identity        text COLLATE "C",
    routable        boolean NOT NULL,
    import_batch_id bigint,
    bulk_request_id bigint,
    source          text NOT NULL,
    line            int,
    arrived_at      timestamptz NOT NULL,
    fields          bytea NOT NULL, -- JSON of tieout_contracts.record.Fields, as it is published
    raw             bytea NOT NULL, -- JSON of what came
    PRIMARY KEY (organization_id, stream_id, id, version)
);
CREATE UNIQUE INDEX record_identity ON record (organization_id, stream_id, identity)
    WHERE version = 1;
CREATE INDEX record_later_version ON record (organization_id, stream_id, position)
    WHERE version > 1;
CREATE INDEX record_arrived ON record USING brin (arrived_at);
CALL protect_tenant_table('record');

CREATE TABLE import_batch (
    organization_id  bigint NOT NULL,
    id               bigint NOT NULL DEFAULT nextval('request_id'),
    stream_id        bigint NOT NULL,
    source           text NOT NULL,
    filename         text NOT NULL,
    sha256           bytea NOT NULL,
    size_bytes       bigint NOT NULL,
    spool_name       text NOT NULL,
    profile          jsonb,
    status           text NOT NULL CHECK (status IN ('received', 'loading', 'completed', 'failed')),
    attempts         int NOT NULL DEFAULT 0, -- loads begun since the last committed chunk
    next_item        bigint NOT NULL DEFAULT 0, -- items of the file already loaded
    accepted         bigint NOT NULL DEFAULT 0,
    skipped          bigint NOT NULL DEFAULT 0,
    rejected         bigint NOT NULL DEFAULT 0,
    routable         bigint NOT NULL DEFAULT 0,
    first_record_id  bigint,
    last_record_id   bigint,
    totals           jsonb NOT NULL DEFAULT '[]',
    date_range_start date,
    date_range_end   date,
    warnings         jsonb NOT NULL DEFAULT '[]',
    statements       jsonb NOT NULL DEFAULT '[]',
    error            jsonb,
    created_at       timestamptz NOT NULL,
    progressed_at    timestamptz NOT NULL,
    completed_at     timestamptz,
    PRIMARY KEY (organization_id, id)
) WITH (fillfactor = 50);
CREATE UNIQUE INDEX import_batch_same_file ON import_batch (organization_id, stream_id, sha256)
    WHERE status <> 'failed';
CREATE INDEX import_batch_of_stream ON import_batch (organization_id, stream_id, id);
CREATE INDEX import_batch_in_work ON import_batch (id) WHERE status IN ('received', 'loading');
CALL protect_tenant_table('import_batch');

CREATE TABLE import_rejection (
    organization_id bigint NOT NULL,
    import_batch_id bigint NOT NULL,
    item            bigint NOT NULL, -- which item of the file, from 0
    line            int NOT NULL,
    code            text NOT NULL,
    message         text NOT NULL,
    PRIMARY KEY (organization_id, import_batch_id, item)
);
CALL protect_tenant_table('import_rejection');

CREATE TABLE bulk_request (
    organization_id  bigint NOT NULL,
    id               bigint NOT NULL DEFAULT nextval('request_id'),
    source           text NOT NULL,
    on_conflict      text NOT NULL CHECK (on_conflict IN ('skip', 'error')),
    status           text NOT NULL
        CHECK (status IN ('pending', 'processing', 'completed', 'failed')),
    attempts         int NOT NULL DEFAULT 0,
    stream_ids       bigint[] NOT NULL,
    total_items      int NOT NULL,
    items            bytea NOT NULL, -- the JSON array of the request
    successful_items int NOT NULL DEFAULT 0,
    failed_items     int NOT NULL DEFAULT 0,
    skipped_items    int NOT NULL DEFAULT 0,
    error_message    text,
    created_at       timestamptz NOT NULL,
    started_at       timestamptz,
    last_progress_at timestamptz,
    completed_at     timestamptz,
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX bulk_request_in_work ON bulk_request (id) WHERE status IN ('pending', 'processing');
CALL protect_tenant_table('bulk_request');

CREATE TABLE bulk_result (
    organization_id bigint NOT NULL,
    bulk_request_id bigint NOT NULL,
    index           int NOT NULL,
    status          text NOT NULL CHECK (status IN ('successful', 'failed', 'skipped')),
    record_id       bigint,
    error           text,
    PRIMARY KEY (organization_id, bulk_request_id, index)
);
CALL protect_tenant_table('bulk_result');

-- Which reconciliations take a stream's records, as the newest reconciliation message says.
CREATE TABLE route (
    organization_id   bigint NOT NULL,
    stream_id         bigint NOT NULL,
    reconciliation_id bigint NOT NULL,
    side              text NOT NULL CHECK (side IN ('A', 'B')),
    version           int NOT NULL, -- of the reconciliation
    active            boolean NOT NULL,
    left_at           bigint, -- the record position at which it stopped being active
    routed            bigint NOT NULL DEFAULT 0, -- record events emitted
    PRIMARY KEY (organization_id, stream_id, reconciliation_id)
) WITH (fillfactor = 50);
CREATE INDEX route_of_reconciliation ON route (organization_id, reconciliation_id);
CALL protect_tenant_table('route');

-- The records that were there before a route was: (done_to, backfill_to] is still to be sent.
CREATE TABLE backfill (
    organization_id   bigint NOT NULL,
    stream_id         bigint NOT NULL,
    reconciliation_id bigint NOT NULL,
    backfill_to       bigint NOT NULL,
    backfilled_to     bigint NOT NULL,
    completed_imports bigint[] NOT NULL DEFAULT '{}', -- announced when all records before are sent
    PRIMARY KEY (organization_id, stream_id, reconciliation_id, backfill_to)
);
CALL protect_tenant_table('backfill');

CREATE TABLE producer (
    organization_id bigint NOT NULL,
    id              bigint NOT NULL DEFAULT nextval('producer_id'),
    name            text NOT NULL,
    public_key      bytea, -- Ed25519, 32 bytes; none where the broker's own access list is trusted
    stream_ids      bigint[] NOT NULL,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, id)
);
CALL protect_tenant_table('producer');

GRANT USAGE ON ALL SEQUENCES IN SCHEMA ingest TO tieout_ingest_worker, tieout_ingest_api;
