-- Bulk requests that are cancelled, and those that try again what others left.
ALTER TABLE bulk_request
    DROP CONSTRAINT bulk_request_status_check,
    ADD CONSTRAINT bulk_request_status_check
        CHECK (status IN ('pending', 'processing', 'completed', 'failed', 'cancelled')),
    ADD COLUMN cancellation_requested_at timestamptz,
    ADD COLUMN parent_bulk_request_id    bigint,
    ADD COLUMN indexes                   int[]; -- of its items as first sent; null: 0, 1, 2 and so on
