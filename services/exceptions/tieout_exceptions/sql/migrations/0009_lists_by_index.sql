-- A list reads what its page needs, whatever it is filtered by.

CREATE INDEX break_assigned ON break (organization_id, assigned_to, id) WHERE assigned_to IS NOT NULL;
CREATE INDEX break_external_system ON break (organization_id, external_system, id)
    WHERE external_system IS NOT NULL;
CREATE INDEX break_created ON break (organization_id, created_at);

CREATE INDEX audit_entry_of_account ON audit_entry (organization_id, account_id, seq);
CREATE INDEX audit_entry_at ON audit_entry (organization_id, at);

CREATE INDEX payment_case_status ON payment_case (organization_id, status, id);
CREATE INDEX payment_case_reconciliation_status
    ON payment_case (organization_id, reconciliation_status, id);
CREATE INDEX payment_case_created ON payment_case (organization_id, created_at);
