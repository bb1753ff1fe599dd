-- The caller's trace, for the events of work that goes on when the request has its answer.
ALTER TABLE import_batch ADD COLUMN traceparent text;
ALTER TABLE bulk_request ADD COLUMN traceparent text;
