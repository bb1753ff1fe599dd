-- Deliveries are removed by their age, also those that wait for an endpoint that stays disabled.
CREATE INDEX webhook_delivery_created ON webhook_delivery (created_at);
DROP INDEX webhook_delivery_ended;
