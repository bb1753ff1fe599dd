-- Since when an endpoint is told of events: since it was made, or was enabled again.

ALTER TABLE webhook_endpoint ADD COLUMN told_from timestamptz;
UPDATE webhook_endpoint SET told_from = created_at;
ALTER TABLE webhook_endpoint ALTER COLUMN told_from SET NOT NULL;
CREATE INDEX webhook_endpoint_told_from ON webhook_endpoint (told_from)
    WHERE status = 'enabled' AND deleted_at IS NULL;
