-- Imports that are source files of a ledger's run: the run is the matcher's. One that a person
-- deleted has reset_at.
ALTER TABLE import_batch ADD COLUMN run_id bigint;
CREATE INDEX import_batch_of_run ON import_batch (organization_id, run_id, id) WHERE run_id IS NOT NULL;
