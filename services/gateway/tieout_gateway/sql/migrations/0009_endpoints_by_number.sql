-- Endpoints are found by number whoever's they are, but listed as their organisation's: an index in
-- the order of all numbers would be read over those of others.
ALTER TABLE webhook_endpoint DROP CONSTRAINT webhook_endpoint_webhook_endpoint_id_key;
CREATE INDEX webhook_endpoint_number ON webhook_endpoint USING hash (webhook_endpoint_id);
