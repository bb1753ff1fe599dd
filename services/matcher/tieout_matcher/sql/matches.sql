-- name: page
-- Matches, newest last.
SELECT id, reconciliation_id, kind, rule_id, rule_version, operation_id, members, created_at, revoked_at
FROM match
WHERE organization_id = $1 AND ($2::bigint IS NULL OR reconciliation_id = $2)
  AND ($3::boolean IS NULL OR (revoked_at IS NOT NULL) = $3) AND ($4::bigint IS NULL OR id = $4)
ORDER BY id LIMIT $5 OFFSET $6

-- name: count
-- How many matches the same filter has.
SELECT count(*) FROM match
WHERE organization_id = $1 AND ($2::bigint IS NULL OR reconciliation_id = $2)
  AND ($3::boolean IS NULL OR (revoked_at IS NOT NULL) = $3)

-- name: adjustments
-- What makes these matches tie.
SELECT match_id, amount_minor::text, exponent, currency, reason FROM adjustment
WHERE organization_id = $1 AND match_id = ANY ($2::bigint[]) ORDER BY match_id, number
