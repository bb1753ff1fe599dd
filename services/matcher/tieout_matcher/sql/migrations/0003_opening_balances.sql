-- What each side had when its reconciliation began: fixed then, and 0 where none is given.
CREATE TABLE opening_balance (
    organization_id   bigint NOT NULL,
    reconciliation_id bigint NOT NULL,
    side              text NOT NULL CHECK (side IN ('A', 'B')),
    currency          text NOT NULL,
    exponent          int NOT NULL,
    amount_minor      numeric(38, 0) NOT NULL, -- signed
    PRIMARY KEY (organization_id, reconciliation_id, side, currency)
);
CALL protect_tenant_table('opening_balance');
