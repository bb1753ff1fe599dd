-- An operation may adjust the entry by an amount that a person states, in major units.
ALTER TABLE operation
    ADD COLUMN resolution_type text NOT NULL DEFAULT 'FORCE_MATCH'
        CHECK (resolution_type IN ('FORCE_MATCH', 'ADJUST_ENTRY')),
    ADD COLUMN adjust_amount   text,
    ADD COLUMN adjust_currency text,
    ADD COLUMN effective_at    timestamptz,
    ADD CHECK ((resolution_type = 'ADJUST_ENTRY') = (adjust_amount IS NOT NULL)),
    ADD CHECK ((adjust_amount IS NULL) = (adjust_currency IS NULL));
