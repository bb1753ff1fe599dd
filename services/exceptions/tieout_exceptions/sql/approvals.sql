-- name: limit_of
-- What one actor may resolve alone in this currency; no row: any amount.
SELECT amount FROM approval_limit WHERE organization_id = $1 AND currency = $2

-- name: limits
-- All limits of an organisation.
SELECT currency, amount FROM approval_limit WHERE organization_id = $1 ORDER BY currency

-- name: lock_limits
-- One replacement of an organisation's limits at a time.
SELECT pg_advisory_xact_lock(hashtextextended('approval_limit:' || $1::bigint, 7))

-- name: remove_limits
-- Forget all limits of an organisation.
DELETE FROM approval_limit WHERE organization_id = $1

-- name: add_limits
-- Keep limits.
INSERT INTO approval_limit (organization_id, currency, amount)
SELECT $1, one.* FROM unnest($2::text[], $3::numeric[]) AS one

-- name: review
-- Note who reviewed an operation that waits for it, and let it go on when it was approved.
UPDATE operation
SET state = CASE WHEN $3 THEN 'pending' ELSE state END, reviewed_by = $4, reviewed_at = $5,
    review_notes = $6, next_attempt_at = $7, updated_at = $5
WHERE organization_id = $1 AND id = $2
RETURNING *
