-- A page of one reconciliation's breaks, newest first.
CREATE INDEX break_of_reconciliation ON break (organization_id, reconciliation_id, id);
