-- What every service that emits events or takes commands keeps in its own schema.

-- The outbox is the journal: kept, one partition a month. One row holds a chunk of messages
-- of one topic and key; first_seq..last_seq number them where they are numbered.
CREATE TABLE outbox (
    id              bigint GENERATED ALWAYS AS IDENTITY,
    created_at      timestamptz NOT NULL DEFAULT now(),
    organization_id bigint NOT NULL,
    topic           text NOT NULL,
    key             text NOT NULL,
    first_seq       bigint,
    last_seq        bigint,
    messages        int NOT NULL,
    payload         bytea NOT NULL,
    published_at    timestamptz,
    PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);
ALTER TABLE outbox ALTER COLUMN payload SET STORAGE EXTERNAL;
CREATE INDEX outbox_unpublished ON outbox (id) WHERE published_at IS NULL;
CREATE INDEX outbox_journal ON outbox (key, last_seq) WHERE last_seq IS NOT NULL;

-- Called by the worker at start and daily: this month and the next two have a partition.
CREATE FUNCTION outbox_partitions(today date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    month date;
BEGIN
    FOR ahead IN 0..2 LOOP
        month := date_trunc('month', today)::date + make_interval(months => ahead);
        EXECUTE format(
            'CREATE TABLE IF NOT EXISTS outbox_%s PARTITION OF outbox FOR VALUES FROM (%L) TO (%L)',
            to_char(month, 'YYYYMM'), month, (month + interval '1 month')::date);
    END LOOP;
END $$;
SELECT outbox_partitions(current_date);

CREATE FUNCTION outbox_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('outbox_' || TG_TABLE_SCHEMA, '');
    RETURN NULL;
END $$;
CREATE TRIGGER outbox_wakes_relay AFTER INSERT ON outbox
    FOR EACH STATEMENT EXECUTE FUNCTION outbox_notify();

CREATE TABLE idempotency_key (
    organization_id bigint NOT NULL,
    account_id      bigint NOT NULL,
    method          text NOT NULL,
    route           text NOT NULL,
    key             text NOT NULL,
    fingerprint     bytea NOT NULL,
    status          int,
    body            bytea,
    operation_id    bigint,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, account_id, method, route, key)
);

-- What could not be taken, once each, whatever is delivered again.
CREATE TABLE dead_letter (
    topic      text NOT NULL,
    partition  int NOT NULL,
    "offset"   bigint NOT NULL,
    part       int NOT NULL DEFAULT 0,
    reason     text NOT NULL,
    attempts   int NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (topic, partition, "offset", part)
);

-- A delivery that was begun and not finished: the process may have died of it.
CREATE TABLE delivery_attempt (
    topic     text NOT NULL,
    partition int NOT NULL,
    "offset"  bigint NOT NULL,
    attempts  int NOT NULL,
    PRIMARY KEY (topic, partition, "offset")
);

CREATE FUNCTION current_organization() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('app.organization_id', true), '')::bigint $$;

-- Grants and policies every tenant table gets; services call it for their own tables.
CREATE PROCEDURE protect_tenant_table(table_name regclass) LANGUAGE plpgsql AS $$
DECLARE
    worker text := 'tieout_' || current_schema() || '_worker';
    api    text := 'tieout_' || current_schema() || '_api';
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', table_name);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', table_name);
    EXECUTE format('CREATE POLICY own_organization ON %s TO %I USING (organization_id = (SELECT current_organization()))', table_name, api);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO %I, %I', table_name, worker, api);
END $$;
CALL protect_tenant_table('outbox');
CALL protect_tenant_table('idempotency_key');

DO $$
BEGIN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON dead_letter, delivery_attempt TO %I',
        'tieout_' || current_schema() || '_worker');
END $$;
