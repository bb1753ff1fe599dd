-- name: begin
-- Claim the number of a change; no row when it was decided before.
INSERT INTO record_change (organization_id, id, record_id, created_at) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING RETURNING id

-- name: outcome
-- The outcome that this change has for ever.
SELECT outcome FROM record_change WHERE organization_id = $1 AND id = $2

-- name: fix
-- Fix the outcome of a change.
UPDATE record_change SET outcome = $3 WHERE organization_id = $1 AND id = $2

-- name: sides
-- Where the records of a stream have entries.
SELECT reconciliation_id, side FROM reconciliation_stream
WHERE organization_id = $1 AND stream_id = $2
