-- The matcher's own: reconciliations, rules, entries, what is open, matches, operations.

CREATE SEQUENCE reconciliation_id;
CREATE SEQUENCE rule_id;
CREATE SEQUENCE match_id INCREMENT BY 1000;  -- a transaction takes a block

-- K1: whoever changes a reconciliation locks this row first and takes numbers of seq last.
CREATE TABLE reconciliation (
    organization_id bigint NOT NULL,
    id              bigint NOT NULL DEFAULT nextval('reconciliation_id'),
    name            text NOT NULL,
    run_type        text NOT NULL CHECK (run_type IN ('continuous', 'batch')),
    sign_mode       text NOT NULL CHECK (sign_mode IN ('same', 'opposite', 'absolute')),
    timezone        text NOT NULL,
    version         int NOT NULL DEFAULT 1,
    seq             bigint NOT NULL DEFAULT 0,
    rules_version   int NOT NULL DEFAULT 0,
    rekey_after     bigint,          -- entries up to this number are re-keyed; null: all are
    next_overdue_at timestamptz,     -- nothing open becomes overdue before
    entries         bigint NOT NULL DEFAULT 0,
    matched         bigint NOT NULL DEFAULT 0,
    overdue         bigint NOT NULL DEFAULT 0,
    awaited         int NOT NULL DEFAULT 0,  -- rows of awaited_overdue
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, id),
    UNIQUE (id)
) WITH (fillfactor = 50);

CREATE TABLE reconciliation_stream (
    organization_id   bigint NOT NULL,
    reconciliation_id bigint NOT NULL,
    stream_id         bigint NOT NULL,
    side              text NOT NULL CHECK (side IN ('A', 'B')),
    PRIMARY KEY (organization_id, reconciliation_id, stream_id)
);

-- Immutable versions; a retired one stays for the matches it made.
CREATE TABLE rule (
    organization_id   bigint NOT NULL,
    id                bigint NOT NULL,
    version           int NOT NULL,
    reconciliation_id bigint NOT NULL,
    priority          int NOT NULL,
    status            text NOT NULL CHECK (status IN ('active', 'proposed')),
    source            text NOT NULL CHECK (source IN ('user', 'ai', 'default')),
    body              jsonb NOT NULL,
    created_at        timestamptz NOT NULL,
    retired_at        timestamptz,
    PRIMARY KEY (organization_id, id, version)
);
CREATE INDEX rule_in_force ON rule (organization_id, reconciliation_id) WHERE retired_at IS NULL;

-- Every record that arrived in a reconciliation. match_id is not indexed: updates stay HOT.
CREATE TABLE entry (
    organization_id   bigint NOT NULL,
    reconciliation_id bigint NOT NULL,
    record_id         bigint NOT NULL,
    entry_no          bigint NOT NULL,   -- order of arrival: the seq of its first outcome
    version           int NOT NULL,
    stream_id         bigint NOT NULL,
    side              text NOT NULL,
    match_id          bigint,
    overdue_at        timestamptz NOT NULL,
    overdue_seq       bigint,            -- the outcome that said it is overdue
    fields            bytea NOT NULL,    -- JSON of the contracts' Fields, as it arrived
    PRIMARY KEY (organization_id, reconciliation_id, record_id)
) WITH (fillfactor = 85);
ALTER TABLE entry ALTER COLUMN fields SET STORAGE MAIN;

-- K2: the only right to match an entry; a match deletes it and checks the count.
CREATE TABLE open_entry (
    organization_id   bigint NOT NULL,
    reconciliation_id bigint NOT NULL,
    entry_no          bigint NOT NULL,
    record_id         bigint NOT NULL,
    overdue_at        timestamptz,       -- null once it was said to be overdue
    keys              bigint[] NOT NULL, -- its rows of open_key
    PRIMARY KEY (organization_id, reconciliation_id, entry_no)
);

-- An index for finding candidates, nothing more.
CREATE TABLE open_key (
    organization_id   bigint NOT NULL,
    reconciliation_id bigint NOT NULL,
    key_hash          bigint NOT NULL,
    entry_no          bigint NOT NULL,
    record_id         bigint NOT NULL,
    PRIMARY KEY (organization_id, reconciliation_id, key_hash, entry_no)
);

CREATE TABLE match (
    organization_id   bigint NOT NULL,
    id                bigint NOT NULL,
    reconciliation_id bigint NOT NULL,
    kind              text NOT NULL CHECK (kind IN ('exact', 'manual', 'force')),
    rule_id           bigint,
    rule_version      int,
    operation_id      bigint,
    members           bigint[] NOT NULL, -- record ids, side A first
    created_at        timestamptz NOT NULL,
    revoked_at        timestamptz,
    revoke_reason     text,
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX match_of_reconciliation ON match (organization_id, reconciliation_id, id);

CREATE TABLE adjustment (
    organization_id bigint NOT NULL,
    match_id        bigint NOT NULL,
    number          int NOT NULL,
    amount_minor    numeric(38, 0) NOT NULL,
    exponent        int NOT NULL,
    currency        text NOT NULL,
    reason          text NOT NULL,
    PRIMARY KEY (organization_id, match_id, number)
);

-- Pairs that a person took apart: no rule makes them again.
CREATE TABLE block (
    organization_id   bigint NOT NULL,
    reconciliation_id bigint NOT NULL,
    match_id          bigint NOT NULL,
    members_a         bigint[] NOT NULL,
    members_b         bigint[] NOT NULL,
    PRIMARY KEY (organization_id, reconciliation_id, match_id)
);

-- Commands by their operation id: the same one again has the same outcome for ever.
CREATE TABLE operation (
    organization_id   bigint NOT NULL,
    id                bigint NOT NULL,
    reconciliation_id bigint NOT NULL,
    outcome           jsonb NOT NULL,
    created_at        timestamptz NOT NULL,
    PRIMARY KEY (organization_id, id)
);

-- mark_overdue for entries that have not arrived yet.
CREATE TABLE awaited_overdue (
    organization_id   bigint NOT NULL,
    reconciliation_id bigint NOT NULL,
    record_id         bigint NOT NULL,
    overdue_at        timestamptz NOT NULL,
    PRIMARY KEY (organization_id, reconciliation_id, record_id)
);

CALL protect_tenant_table('reconciliation');
CALL protect_tenant_table('reconciliation_stream');
CALL protect_tenant_table('rule');
CALL protect_tenant_table('entry');
CALL protect_tenant_table('open_entry');
CALL protect_tenant_table('open_key');
CALL protect_tenant_table('match');
CALL protect_tenant_table('adjustment');
CALL protect_tenant_table('block');
CALL protect_tenant_table('operation');
CALL protect_tenant_table('awaited_overdue');
GRANT USAGE ON ALL SEQUENCES IN SCHEMA matcher TO tieout_matcher_worker, tieout_matcher_api;
