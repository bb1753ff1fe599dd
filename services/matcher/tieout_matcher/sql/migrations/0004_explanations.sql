-- What explanations search by. Arrivals and passes write none of it: it is made, off their way, for
-- reconciliations where somebody asked why an entry is open.

-- How far the index of a reconciliation is.
CREATE TABLE search_state (
    organization_id   bigint NOT NULL,
    reconciliation_id bigint NOT NULL,
    asked_at          timestamptz NOT NULL,        -- when somebody last asked (to the hour)
    next_at           timestamptz NOT NULL,        -- when the index is to be looked after
    rules_version     int NOT NULL DEFAULT 0,      -- of the rules by which all up to indexed_no was indexed
    indexed_no        bigint NOT NULL DEFAULT 0,   -- open entries up to this number were indexed
    lap_no            bigint,                      -- all are looked at again, up to this number so far; null: not now
    lap_version       int NOT NULL DEFAULT 0,      -- of the rules by which that is done
    lap_at            timestamptz NOT NULL,        -- when the next lap is due; during one: when it began
    PRIMARY KEY (organization_id, reconciliation_id)
);

-- An open entry as it was indexed: its rows of search_key.
CREATE TABLE search_entry (
    organization_id   bigint NOT NULL,
    reconciliation_id bigint NOT NULL,
    entry_no          bigint NOT NULL,
    version           int NOT NULL,
    left_minor        numeric(38, 0),
    shape             bigint NOT NULL,
    keys              bigint[] NOT NULL,
    measures          bigint[] NOT NULL,
    PRIMARY KEY (organization_id, reconciliation_id, entry_no)
);

-- Entries that are equal in something, in order of their amounts or days.
CREATE TABLE search_key (
    organization_id   bigint NOT NULL,
    reconciliation_id bigint NOT NULL,
    key_hash          bigint NOT NULL,
    measure           bigint NOT NULL,
    entry_no          bigint NOT NULL,
    PRIMARY KEY (organization_id, reconciliation_id, key_hash, measure, entry_no)
);

CALL protect_tenant_table('search_state');
CALL protect_tenant_table('search_entry');
CALL protect_tenant_table('search_key');

-- The component of a match was too large to be solved exactly; null: it was not.
ALTER TABLE match ADD COLUMN greedy boolean;
