-- Passes: what waits for one, what they suggest and find out, and the runs that ask for them.

CREATE SEQUENCE run_id;

ALTER TABLE reconciliation
    ADD COLUMN passes   boolean NOT NULL DEFAULT false,  -- a rule in force needs passes
    ADD COLUMN keyed_no bigint NOT NULL DEFAULT 0,       -- entries up to this number were handed to passes
    ADD COLUMN pass_to  bigint NOT NULL DEFAULT 0,       -- entries up to this number are wanted in a pass
    ADD COLUMN tick_no  bigint NOT NULL DEFAULT 0,       -- what the last tick saw: the next one wants it
    ADD COLUMN ticked_at timestamptz;                    -- when that was

-- A suggestion reserves its members: the row stays (it may become overdue), its keys go.
ALTER TABLE open_entry
    ADD COLUMN suggested_by bigint,
    ADD COLUMN reason_code  text,
    ADD COLUMN reason       text;

-- left_minor: what a match in part left open (unsigned); ended: no more to be matched, and why.
ALTER TABLE entry
    ADD COLUMN left_minor numeric(38, 0),
    ADD COLUMN ended      text CHECK (ended IN ('closed', 'ignored', 'withdrawn')),
    ADD COLUMN ended_at   timestamptz;

ALTER TABLE match
    DROP CONSTRAINT match_kind_check,
    ADD CONSTRAINT match_kind_check
        CHECK (kind IN ('exact', 'tolerance', 'rollup', 'set', 'manual', 'force')),
    ADD COLUMN status     text NOT NULL DEFAULT 'accepted'
        CHECK (status IN ('suggested', 'accepted', 'rejected', 'revoked')),
    ADD COLUMN run_id     bigint,
    ADD COLUMN score      smallint,
    ADD COLUMN candidates int,
    ADD COLUMN doubt      text,
    ADD COLUMN others     bigint[],
    ADD COLUMN allocated  numeric(38, 0)[],  -- of each member, unsigned; null: all of them whole
    ADD COLUMN decided_at timestamptz;       -- when a suggestion was accepted or rejected
UPDATE match SET status = 'revoked' WHERE revoked_at IS NOT NULL;
CREATE INDEX match_of_run ON match (organization_id, run_id) WHERE run_id IS NOT NULL;
CREATE INDEX match_suggested ON match (organization_id, reconciliation_id, id) WHERE status = 'suggested';

ALTER TABLE adjustment ADD COLUMN note text;  -- the words of the person who asked for it

-- Open entries that no pass has tried since they arrived or came back.
CREATE TABLE untried (
    organization_id   bigint NOT NULL,
    reconciliation_id bigint NOT NULL,
    entry_no          bigint NOT NULL,
    PRIMARY KEY (organization_id, reconciliation_id, entry_no)
);

-- Two of one identity that differ: told once.
CREATE TABLE mismatch (
    organization_id   bigint NOT NULL,
    reconciliation_id bigint NOT NULL,
    rule_id           bigint NOT NULL,
    record_id         bigint NOT NULL,   -- the expected one, of side B
    other_record_id   bigint NOT NULL,
    reason_code       text NOT NULL,
    found_at          timestamptz NOT NULL,
    PRIMARY KEY (organization_id, reconciliation_id, rule_id, record_id, other_record_id)
);

CREATE TABLE run (
    organization_id   bigint NOT NULL,
    id                bigint NOT NULL DEFAULT nextval('run_id'),
    reconciliation_id bigint NOT NULL,
    mode              text NOT NULL CHECK (mode IN ('automatic', 'manual')),
    dry_run           boolean NOT NULL DEFAULT false,
    status            text NOT NULL CHECK (status IN ('pending', 'running', 'completed', 'failed', 'closed')),
    note              text,
    entries           bigint NOT NULL DEFAULT 0,   -- open entries when it began
    tried             bigint NOT NULL DEFAULT 0,   -- of them, decided so far
    preview           jsonb,                       -- of a dry run: what it would have made
    error             text,
    created_at        timestamptz NOT NULL,
    started_at        timestamptz,
    finished_at       timestamptz,
    undone_at         timestamptz,
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX run_of_reconciliation ON run (organization_id, reconciliation_id, id);
CREATE INDEX run_to_do ON run (id) WHERE status IN ('pending', 'running');

CALL protect_tenant_table('untried');
CALL protect_tenant_table('mismatch');
CALL protect_tenant_table('run');
GRANT USAGE ON SEQUENCE run_id TO tieout_matcher_worker, tieout_matcher_api;
