-- Four eyes: what is above the organisation's limit waits for another actor.

-- The amount in major units that one actor may resolve alone; a currency without one has no limit.
CREATE TABLE approval_limit (
    organization_id bigint NOT NULL,
    currency        text NOT NULL,
    amount          numeric NOT NULL CHECK (amount >= 0),
    PRIMARY KEY (organization_id, currency)
);
CALL protect_tenant_table('approval_limit');

-- reviewed_by is the account that approved or refused it.
ALTER TABLE operation
    DROP CONSTRAINT operation_state_check,
    ADD CONSTRAINT operation_state_check
        CHECK (state IN ('awaiting_approval', 'pending', 'done', 'refused')),
    ADD COLUMN reviewed_by  bigint,
    ADD COLUMN reviewed_at  timestamptz,
    ADD COLUMN review_notes text;
