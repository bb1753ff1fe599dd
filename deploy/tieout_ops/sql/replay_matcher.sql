-- What deciding on arrival depends on beside the records, and what it made.

-- name: reconciliation
-- One reconciliation as it compares.
SELECT organization_id, id, name, run_type, sign_mode, timezone, rules_version
FROM matcher.reconciliation WHERE organization_id = $1 AND id = $2

-- name: rekeying
-- Whether entries wait to be re-keyed.
SELECT rekey_after IS NOT NULL FROM matcher.reconciliation WHERE organization_id = $1 AND id = $2

-- name: put_reconciliation
-- The same one, with nothing in it and nothing to re-key.
INSERT INTO matcher.reconciliation (organization_id, id, name, run_type, sign_mode, timezone, rules_version)
VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: rules
-- The versions of rules in force at $3, as they were then.
SELECT organization_id, id, version, reconciliation_id, priority, status, source, body, created_at
FROM matcher.rule
WHERE organization_id = $1 AND reconciliation_id = $2
  AND created_at <= $3 AND (retired_at IS NULL OR retired_at > $3)

-- name: put_rule
-- The same version of a rule.
INSERT INTO matcher.rule (organization_id, id, version, reconciliation_id, priority, status, source, body, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)

-- name: rules_changed
-- When the rules changed first after $3; NULL: they did not.
SELECT min(changed.at)
FROM matcher.rule CROSS JOIN LATERAL (VALUES (created_at), (retired_at)) AS changed (at)
WHERE organization_id = $1 AND reconciliation_id = $2 AND changed.at > $3

-- name: matches
-- These matches as they are stored.
SELECT id, members, rule_id, rule_version FROM matcher.match
WHERE organization_id = $1 AND id = ANY($2::bigint[])
