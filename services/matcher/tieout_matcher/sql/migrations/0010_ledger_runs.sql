-- Runs of ledgers: what files of statements bring, matched when somebody says so, as often as wished.

-- Its status is that of its newest attempt (a row of run), pending before the first, closed for ever.
CREATE TABLE ledger_run (
    organization_id   bigint NOT NULL,
    id                bigint NOT NULL DEFAULT nextval('run_id'),  -- no number is of a run and a ledger_run
    reconciliation_id bigint NOT NULL,
    mode              text NOT NULL CHECK (mode IN ('automatic', 'manual')),
    source_type       text NOT NULL,
    everything        boolean NOT NULL,  -- all open entries are tried, not those of its files alone
    note              text,
    created_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL,
    closed_at         timestamptz,
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX ledger_run_of_ledger ON ledger_run (organization_id, reconciliation_id, id);

ALTER TABLE run ADD COLUMN ledger_run_id bigint;  -- whose attempt it is; null: it stands by itself
CREATE INDEX run_of_ledger_run ON run (organization_id, ledger_run_id, id) WHERE ledger_run_id IS NOT NULL;

-- Files of which all records have arrived here.
CREATE TABLE run_file (
    organization_id bigint NOT NULL,
    file_id         bigint NOT NULL,  -- ingest's import batch
    ledger_run_id   bigint NOT NULL,
    taken_at        timestamptz NOT NULL,
    PRIMARY KEY (organization_id, file_id)
);

-- The records that a run's files brought; one that a later file tells again stays where it was first.
CREATE TABLE run_item (
    organization_id   bigint NOT NULL,
    record_id         bigint NOT NULL,
    reconciliation_id bigint NOT NULL,
    ledger_run_id     bigint NOT NULL,
    file_id           bigint NOT NULL,
    PRIMARY KEY (organization_id, record_id)
);
CREATE INDEX run_item_of_run ON run_item (organization_id, ledger_run_id, record_id);

ALTER TABLE match ADD COLUMN note text;  -- what people say of it

CALL protect_tenant_table('ledger_run');
CALL protect_tenant_table('run_file');
CALL protect_tenant_table('run_item');

-- Where an item stands.
CREATE FUNCTION item_status(match_id bigint, ended text, left_minor numeric) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN ended IS NOT NULL THEN 'closed' WHEN match_id IS NOT NULL THEN 'matched'
                WHEN left_minor IS NOT NULL THEN 'partial' ELSE 'unmatched' END
$$;

-- What records are sorted by: their amount in major units, or their day.
CREATE FUNCTION said_measure(fields bytea, name text) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN name = 'amount'
                THEN (said ->> 'amount_minor')::numeric / power(10::numeric, (said ->> 'exponent')::int)
                ELSE (said ->> 'date')::date - DATE '1970-01-01' END
    FROM (SELECT convert_from(fields, 'UTF8')::json AS said OFFSET 0) AS record
$$;
