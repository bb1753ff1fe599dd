-- Cases: one per payment intent, and the evidence that tells of its money.

-- The one reconciliation of an organisation whose outcomes make cases, and its five streams.
CREATE TABLE case_book (
    organization_id    bigint NOT NULL,
    reconciliation_id  bigint NOT NULL,
    intent_stream_id   bigint NOT NULL,
    provider_stream_id bigint NOT NULL,
    chain_stream_id    bigint NOT NULL,
    bank_stream_id     bigint NOT NULL,
    file_stream_id     bigint NOT NULL,
    created_at         timestamptz NOT NULL,
    PRIMARY KEY (organization_id)
);
CALL protect_tenant_table('case_book');

-- What is expected: a record, as ingest or the newest outcome tells of it. fields: its JSON.
CREATE TABLE payment_intent (
    organization_id    bigint NOT NULL,
    record_id          bigint NOT NULL,
    version            int NOT NULL,
    external_reference text NOT NULL,
    fields             bytea NOT NULL,
    created_at         timestamptz NOT NULL,
    updated_at         timestamptz NOT NULL,
    PRIMARY KEY (organization_id, record_id)
);
CREATE INDEX payment_intent_reference ON payment_intent (organization_id, external_reference);
CALL protect_tenant_table('payment_intent');

CREATE SEQUENCE case_id;
CREATE TABLE payment_case (
    organization_id       bigint NOT NULL,
    id                    bigint NOT NULL,
    reconciliation_id     bigint NOT NULL,
    record_id             bigint NOT NULL,
    external_reference    text NOT NULL,
    status                text NOT NULL CHECK (status IN ('open', 'resolved', 'archived')),
    reconciliation_status text NOT NULL CHECK (
        reconciliation_status IN ('unreconciled', 'tentatively_reconciled', 'reconciled')),
    withdrawn             boolean NOT NULL,
    notes                 text,
    reconciled_at         timestamptz,
    last_run_at           timestamptz NOT NULL,
    created_at            timestamptz NOT NULL,
    updated_at            timestamptz NOT NULL,
    version               int NOT NULL,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT case_once_an_intent UNIQUE (organization_id, record_id)
);
CREATE INDEX payment_case_reference ON payment_case (organization_id, external_reference);
CALL protect_tenant_table('payment_case');

-- Records of the evidence streams, matched or not.
CREATE TABLE case_evidence (
    organization_id bigint NOT NULL,
    record_id       bigint NOT NULL,
    version         int NOT NULL,
    stream_id       bigint NOT NULL,
    reference       text,
    fields          bytea NOT NULL,
    received_at     timestamptz NOT NULL,
    PRIMARY KEY (organization_id, record_id)
);
CREATE INDEX case_evidence_reference ON case_evidence (organization_id, reference)
    WHERE reference IS NOT NULL;
CALL protect_tenant_table('case_evidence');

-- Matches that hold an intent, suggested or accepted. own_minor: how much of the intent, unsigned;
-- evidence: {record id: allocated_minor or null}, adjustments as outcomes tell them.
CREATE TABLE case_match (
    organization_id bigint NOT NULL,
    record_id       bigint NOT NULL,
    match_id        bigint NOT NULL,
    status          text NOT NULL CHECK (status IN ('suggested', 'accepted')),
    kind            text NOT NULL,
    doubt           text,
    score           int,
    rule_id         bigint,
    rule_version    int,
    own_minor       numeric(38, 0) NOT NULL,
    intents         int NOT NULL,
    evidence        jsonb NOT NULL,
    adjustments     jsonb NOT NULL,
    decided_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, record_id, match_id)
);
CREATE INDEX case_match_number ON case_match (organization_id, match_id);
CREATE INDEX case_match_evidence ON case_match USING gin (evidence);
CALL protect_tenant_table('case_match');

-- What happened to a case: only ever added to.
CREATE SEQUENCE case_event_id;
CREATE TABLE case_event (
    organization_id bigint NOT NULL,
    id              bigint NOT NULL DEFAULT nextval('case_event_id'),
    case_id         bigint NOT NULL,
    intent_id       bigint NOT NULL,
    raw_record_id   bigint,
    event_type      text NOT NULL,
    actor           text NOT NULL,
    payload         jsonb,
    message         text NOT NULL,
    occurred_at     timestamptz NOT NULL,
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX case_event_of_case ON case_event (organization_id, case_id, id);
CALL protect_tenant_table('case_event');

DO $$
DECLARE
    worker text := 'tieout_' || current_schema() || '_worker';
    api    text := 'tieout_' || current_schema() || '_api';
BEGIN
    EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA %I TO %I, %I', current_schema(), worker, api);
END $$;
