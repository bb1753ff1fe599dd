-- A list reads what its page needs, whatever it is filtered by.

CREATE INDEX bulk_request_status ON bulk_request (organization_id, status, id);
CREATE INDEX bulk_request_created ON bulk_request (organization_id, created_at);
