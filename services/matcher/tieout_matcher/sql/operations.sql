-- name: find
-- The outcome that this operation has for ever.
SELECT outcome FROM operation WHERE organization_id = $1 AND id = $2

-- name: add
-- Fix the outcome of an operation.
INSERT INTO operation (organization_id, id, reconciliation_id, outcome, created_at)
VALUES ($1, $2, $3, $4, $5)

-- name: add_match
-- A match made by command.
INSERT INTO match (organization_id, id, reconciliation_id, kind, operation_id, members, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: add_adjustment
-- What makes the match tie.
INSERT INTO adjustment (organization_id, match_id, number, amount_minor, exponent, currency, reason)
VALUES ($1, $2, $3, $4, $5, $6, $7)
