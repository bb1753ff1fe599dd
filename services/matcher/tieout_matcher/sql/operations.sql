-- name: find
-- The outcome that this operation has for ever.
SELECT outcome FROM operation WHERE organization_id = $1 AND id = $2

-- name: add
-- Fix the outcome of an operation.
INSERT INTO operation (organization_id, id, reconciliation_id, outcome, created_at)
VALUES ($1, $2, $3, $4, $5)
