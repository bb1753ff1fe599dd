-- name: page
-- Matches, newest last; those of a deleted reconciliation are nobody's.
SELECT id, reconciliation_id, kind, status, rule_id, rule_version, operation_id, run_id, score, candidates,
       doubt, others, members, allocated::text[] AS allocated, created_at, decided_at, revoked_at,
       revoke_reason AS reason, note
FROM match
WHERE organization_id = $1 AND ($2::bigint IS NULL OR reconciliation_id = $2)
  AND ($3::text IS NULL OR status = $3) AND ($4::bigint IS NULL OR id = $4)
  AND reconciliation_id NOT IN (
      SELECT id FROM reconciliation WHERE organization_id = $1 AND deleted_at IS NOT NULL)
ORDER BY id LIMIT $5 OFFSET $6

-- name: count
-- How many matches the same filter has.
SELECT count(*) FROM match
WHERE organization_id = $1 AND ($2::bigint IS NULL OR reconciliation_id = $2)
  AND ($3::text IS NULL OR status = $3)
  AND reconciliation_id NOT IN (
      SELECT id FROM reconciliation WHERE organization_id = $1 AND deleted_at IS NOT NULL)

-- name: adjustments
-- What makes these matches tie.
SELECT match_id, amount_minor::text, exponent, currency, reason, note FROM adjustment
WHERE organization_id = $1 AND match_id = ANY ($2::bigint[]) ORDER BY match_id, number
