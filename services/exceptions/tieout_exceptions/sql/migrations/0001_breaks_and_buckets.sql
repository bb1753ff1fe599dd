-- How far the outcomes of each reconciliation are applied, and the number of its last own event.
-- Its row lock serialises everything this service does to one reconciliation.
CREATE TABLE projection (
    organization_id   bigint NOT NULL,
    reconciliation_id bigint NOT NULL,
    applied_seq       bigint NOT NULL DEFAULT 0,
    exceptions_seq    bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (organization_id, reconciliation_id)
) WITH (fillfactor = 50);
CALL protect_tenant_table('projection');

-- Outcomes that came after a gap wait here until the missing numbers arrive.
CREATE TABLE parked_outcome (
    organization_id   bigint NOT NULL,
    reconciliation_id bigint NOT NULL,
    seq               bigint NOT NULL,
    type              text NOT NULL,
    value             bytea NOT NULL,
    parked_at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, reconciliation_id, seq)
);
CALL protect_tenant_table('parked_outcome');

-- What other services own, as the topic `config` or the owner itself last told it.
CREATE TABLE stream (
    organization_id bigint NOT NULL,
    id              bigint NOT NULL,
    version         bigint NOT NULL,
    key             text NOT NULL,
    name            text NOT NULL,
    PRIMARY KEY (organization_id, id)
);
CALL protect_tenant_table('stream');

CREATE TABLE reconciliation (
    organization_id bigint NOT NULL,
    id              bigint NOT NULL,
    version         bigint NOT NULL,
    name            text NOT NULL,
    stream_ids      bigint[] NOT NULL,
    PRIMARY KEY (organization_id, id)
);
CALL protect_tenant_table('reconciliation');

-- Open entries that are overdue: the members of slices. signed_minor is negative for a debit.
CREATE TABLE overdue_entry (
    organization_id   bigint NOT NULL,
    reconciliation_id bigint NOT NULL,
    record_id         bigint NOT NULL,
    version           bigint NOT NULL,
    stream_id         bigint NOT NULL,
    side              text NOT NULL,
    signed_minor      numeric(38, 0) NOT NULL,
    exponent          int NOT NULL,
    currency          text NOT NULL,
    direction         text NOT NULL,
    date              date NOT NULL,
    description       text,
    counterparty      text,
    external_id       text,
    reference         text,
    overdue_at        timestamptz NOT NULL,
    overdue_seq       bigint NOT NULL,
    PRIMARY KEY (organization_id, reconciliation_id, record_id)
);
CREATE INDEX overdue_entry_slice
    ON overdue_entry (organization_id, reconciliation_id, stream_id, overdue_seq);
CALL protect_tenant_table('overdue_entry');

-- One per entry that is late or wrong; amount_minor is unsigned.
CREATE SEQUENCE break_id;
CREATE TABLE break (
    organization_id   bigint NOT NULL,
    id                bigint NOT NULL,
    reconciliation_id bigint NOT NULL,
    record_id         bigint NOT NULL,
    stream_id         bigint NOT NULL,
    status            text NOT NULL
        CHECK (status IN ('OPEN', 'ASSIGNED', 'PENDING_RESOLUTION', 'RESOLVED')),
    reason_code       text NOT NULL,
    reason            text NOT NULL,
    amount_minor      numeric(38, 0) NOT NULL,
    exponent          int NOT NULL,
    currency          text NOT NULL,
    overdue_at        timestamptz NOT NULL,
    created_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL,
    due_at            timestamptz NOT NULL,
    resolved_at       timestamptz,
    assigned_to       text,
    external_system   text,
    external_issue_id text,
    resolution_type   text,
    resolution_reason text,
    resolution_notes  text,
    match_id          bigint,
    operation_id      bigint,
    reopened_count    int NOT NULL,
    version           int NOT NULL,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT break_once_an_entry UNIQUE (organization_id, reconciliation_id, record_id, reason_code)
);
CREATE INDEX break_status ON break (organization_id, status, id);
CALL protect_tenant_table('break');

-- title NULL: `{stream name} — overdue records`. A deleted bucket stays, for the sweeper's rules.
CREATE SEQUENCE bucket_id;
CREATE TABLE bucket (
    organization_id   bigint NOT NULL,
    id                bigint NOT NULL,
    reconciliation_id bigint NOT NULL,
    stream_id         bigint NOT NULL,
    title             text,
    description       text,
    status            text NOT NULL
        CHECK (status IN ('open', 'investigating', 'dismissed', 'resolved')),
    made_by           text NOT NULL CHECK (made_by IN ('sweeper', 'person')),
    status_by         text NOT NULL CHECK (status_by IN ('sweeper', 'person')),
    created_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL,
    opened_at         timestamptz,
    closed_at         timestamptz,
    closed_seq        bigint,
    changed_seq       bigint NOT NULL,
    deleted_at        timestamptz,
    version           int NOT NULL,
    PRIMARY KEY (organization_id, id)
);
CREATE UNIQUE INDEX bucket_one_live ON bucket (organization_id, reconciliation_id, stream_id)
    WHERE status IN ('open', 'investigating') AND deleted_at IS NULL;
CREATE INDEX bucket_slice
    ON bucket (organization_id, reconciliation_id, stream_id, changed_seq);
CALL protect_tenant_table('bucket');

-- Which overdue numbers a bucket shows: above after_seq, up to until_seq (NULL: no end).
CREATE VIEW bucket_scope WITH (security_invoker = true) AS
SELECT shown.organization_id, shown.id AS bucket_id, shown.reconciliation_id, shown.stream_id,
       coalesce((
           SELECT max(covering.closed_seq) FROM bucket AS covering
           WHERE covering.organization_id = shown.organization_id
             AND covering.reconciliation_id = shown.reconciliation_id
             AND covering.stream_id = shown.stream_id
             AND covering.status = 'dismissed' AND covering.deleted_at IS NULL
             AND (shown.status <> 'dismissed'
                  OR (covering.closed_seq, covering.id) < (shown.closed_seq, shown.id))
       ), 0) AS after_seq,
       CASE WHEN shown.status = 'dismissed' THEN shown.closed_seq END AS until_seq
FROM bucket AS shown
WHERE shown.deleted_at IS NULL;

-- What a person asked for, until the matcher has decided it.
CREATE SEQUENCE operation_id;
CREATE TABLE operation (
    organization_id        bigint NOT NULL,
    id                     bigint NOT NULL,
    reconciliation_id      bigint NOT NULL,
    break_id               bigint NOT NULL,
    record_id              bigint NOT NULL,
    account_id             bigint NOT NULL,
    state                  text NOT NULL CHECK (state IN ('pending', 'done', 'refused')),
    former_status          text NOT NULL,
    notes                  text NOT NULL,
    override_reason        text NOT NULL,
    counterpart_record_ids bigint[] NOT NULL,
    residual_treatment     text NOT NULL,
    attempts               int NOT NULL,
    next_attempt_at        timestamptz NOT NULL,
    created_at             timestamptz NOT NULL,
    updated_at             timestamptz NOT NULL,
    match_id               bigint,
    refusal_code           text,
    refusal_message        text,
    answer                 bytea,
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX operation_pending ON operation (next_attempt_at) WHERE state = 'pending';
CALL protect_tenant_table('operation');

-- The severity that domain/severity.py defines, for filters: thresholds in major units.
CREATE FUNCTION severity_of(
    amount_minor numeric, exponent int, age interval, medium numeric, high numeric, critical numeric
) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN amount_minor >= critical * power(10::numeric, exponent) THEN 'CRITICAL'
        WHEN amount_minor >= high * power(10::numeric, exponent)
            THEN CASE WHEN age >= interval '120 hours' THEN 'CRITICAL' ELSE 'HIGH' END
        WHEN age >= interval '72 hours' THEN 'HIGH'
        WHEN age >= interval '24 hours' OR amount_minor >= medium * power(10::numeric, exponent)
            THEN 'MEDIUM'
        ELSE 'LOW'
    END
$$;

DO $$
DECLARE
    worker text := 'tieout_' || current_schema() || '_worker';
    api    text := 'tieout_' || current_schema() || '_api';
BEGIN
    EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA %I TO %I, %I', current_schema(), worker, api);
    EXECUTE format('GRANT SELECT ON bucket_scope TO %I, %I', worker, api);
END $$;

-- The answer of a request is found by its operation when that is settled.
CREATE INDEX idempotency_key_operation ON idempotency_key (operation_id)
    WHERE operation_id IS NOT NULL;
