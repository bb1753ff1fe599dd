-- Of a reconciliation's past, read in one snapshot: entries, who matched them, what was taken apart.

-- name: reconciliation
-- How its amounts are read and when it decides.
SELECT sign_mode, run_type FROM reconciliation
WHERE organization_id = $1 AND id = $2 AND deleted_at IS NULL

-- name: window
-- Entries dated from $3 to $4, whatever became of them; what was withdrawn was never there.
SELECT e.record_id, e.entry_no, e.side, e.fields, e.match_id FROM entry e
WHERE e.organization_id = $1 AND e.reconciliation_id = $2 AND e.ended IS DISTINCT FROM 'withdrawn'
  AND convert_from(e.fields, 'UTF8')::json ->> 'date' BETWEEN $3 AND $4
LIMIT $5

-- name: entries
-- These entries.
SELECT e.record_id, e.entry_no, e.side, e.fields, e.match_id FROM entry e
WHERE e.organization_id = $1 AND e.reconciliation_id = $2 AND e.record_id = ANY ($3::bigint[])

-- name: matches
-- Of these matches the accepted ones.
SELECT id, kind, members FROM match
WHERE organization_id = $1 AND id = ANY ($2::bigint[]) AND status = 'accepted'

-- name: matches_in_part
-- Accepted matches that do not take all their members whole: an entry may be in several of them.
SELECT id, kind, members FROM match
WHERE organization_id = $1 AND reconciliation_id = $2 AND status = 'accepted' AND allocated IS NOT NULL

-- name: apart
-- The pairs of sets that people took apart.
SELECT members_a, members_b FROM block WHERE organization_id = $1 AND reconciliation_id = $2
