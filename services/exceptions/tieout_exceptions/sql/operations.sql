-- name: next_id
-- Draw the number of a new operation.
SELECT nextval('operation_id')

-- name: add
-- Store what a person asked for.
INSERT INTO operation
    (organization_id, id, reconciliation_id, break_id, record_id, account_id, state,
     former_status, notes, override_reason, counterpart_record_ids, residual_treatment, attempts,
     next_attempt_at, created_at, updated_at, resolution_type, adjust_amount, adjust_currency,
     effective_at)
VALUES ($1, $2, $3, $4, $5, $6, $18, $7, $8, $9, $10, $11, 0, $12, $13, $13, $14, $15, $16,
        $17)

-- name: find
-- One operation.
SELECT * FROM operation WHERE organization_id = $1 AND id = $2

-- name: take_due
-- Take operations whose next try is due, and set the try after it; another instance skips them.
UPDATE operation
SET attempts = attempts + 1,
    next_attempt_at = $1::timestamptz + least($2::interval, $3::interval * 2 ^ least(attempts, 10))
WHERE (organization_id, id) IN (
    SELECT organization_id, id FROM operation
    WHERE state = 'pending' AND next_attempt_at <= $1
    ORDER BY next_attempt_at, id LIMIT $4 FOR UPDATE SKIP LOCKED)
RETURNING *
