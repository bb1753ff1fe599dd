-- Why a break is open: what the matcher told, a mismatch with another record, a suggestion.

-- partial: a match took the rest; signed_minor is what is left.
ALTER TABLE overdue_entry ADD COLUMN partial boolean NOT NULL DEFAULT false;

-- The match that reserves an entry until a person decides, overdue or not. candidates: how many
-- matches fit equally well; NULL when ambiguity is not the doubt.
CREATE TABLE suggestion (
    organization_id   bigint NOT NULL,
    reconciliation_id bigint NOT NULL,
    record_id         bigint NOT NULL,
    match_id          bigint NOT NULL,
    candidates        int,
    PRIMARY KEY (organization_id, reconciliation_id, record_id)
);
CALL protect_tenant_table('suggestion');

-- reason_code and reason are what is shown, made of the others. resolved_seq: the outcome that
-- resolved it (0: one from before this was noted), NULL as long as there is none.
ALTER TABLE break
    ADD COLUMN told_code          text,
    ADD COLUMN told_reason        text,
    ADD COLUMN mismatch_code      text,
    ADD COLUMN mismatch_reason    text,
    ADD COLUMN mismatch_with      bigint,
    ADD COLUMN suggested_match_id bigint,
    ADD COLUMN resolved_seq       bigint DEFAULT 0,
    DROP CONSTRAINT break_once_an_entry,
    ADD CONSTRAINT break_once_an_entry UNIQUE (organization_id, reconciliation_id, record_id);
ALTER TABLE break ALTER COLUMN resolved_seq DROP DEFAULT;

-- Breaks of mismatches that an outcome about either record may still resolve.
CREATE INDEX break_mismatched ON break (organization_id, reconciliation_id, record_id)
    WHERE mismatch_with IS NOT NULL AND resolved_seq IS NULL;
CREATE INDEX break_mismatched_with ON break (organization_id, reconciliation_id, mismatch_with)
    WHERE mismatch_with IS NOT NULL AND resolved_seq IS NULL;
