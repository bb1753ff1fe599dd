-- The issue that a receiver's answer to a dispatched exception named, until exceptions knows it.
ALTER TABLE webhook_delivery ADD COLUMN named_issue text;
CREATE INDEX webhook_delivery_named ON webhook_delivery (webhook_delivery_id)
    WHERE named_issue IS NOT NULL;
