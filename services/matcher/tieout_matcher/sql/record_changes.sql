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
-- Where these records of a stream have entries that may change: not where the stream left, unless a
-- match holds one of them there still, and not where the reconciliation is no more.
SELECT s.reconciliation_id, s.side FROM reconciliation_stream s
JOIN reconciliation r ON r.organization_id = s.organization_id AND r.id = s.reconciliation_id
WHERE s.organization_id = $1 AND s.stream_id = $2 AND r.deleted_at IS NULL
  AND (s.left_at IS NULL OR EXISTS (
      SELECT FROM entry e
      WHERE e.organization_id = $1 AND e.reconciliation_id = s.reconciliation_id AND e.record_id = ANY($3::bigint[])
        AND (e.match_id IS NOT NULL OR e.left_minor IS NOT NULL)))

-- name: begin_all
-- Claim the numbers of changes that are decided together; no row for those decided before.
INSERT INTO record_change (organization_id, id, record_id, created_at)
SELECT $1, one.id, one.record_id, $4
FROM unnest($2::bigint[], $3::bigint[]) AS one (id, record_id)
ON CONFLICT DO NOTHING RETURNING id

-- name: fix_all
-- Fix the outcome that these changes have together.
UPDATE record_change SET outcome = $3 WHERE organization_id = $1 AND id = ANY($2::bigint[])

-- name: held
-- A record of the stream in each of these reconciliations that a match holds, or a part of it.
SELECT reconciliation.id AS reconciliation_id, bound.record_id, bound.match_id
FROM reconciliation CROSS JOIN LATERAL (
    SELECT entry.record_id, entry.match_id FROM entry
    WHERE entry.organization_id = $1 AND entry.reconciliation_id = reconciliation.id
      AND entry.stream_id = $2 AND (entry.match_id IS NOT NULL OR entry.left_minor IS NOT NULL)
    LIMIT 1
) AS bound
WHERE reconciliation.organization_id = $1 AND reconciliation.id = ANY($3::bigint[])
  AND reconciliation.deleted_at IS NULL
ORDER BY reconciliation.id
