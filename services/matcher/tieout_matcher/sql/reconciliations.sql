-- name: add
-- A new reconciliation, of an identifier that was taken for it or of the next.
INSERT INTO reconciliation (organization_id, name, run_type, sign_mode, timezone, created_at, id)
VALUES ($1, $2, $3, $4, $5, $6, coalesce($7::bigint, nextval('reconciliation_id'))) RETURNING id

-- name: add_streams
-- Its streams, each on one side.
INSERT INTO reconciliation_stream (organization_id, reconciliation_id, stream_id, side)
SELECT $1, $2, * FROM unnest($3::bigint[], $4::text[])

-- name: add_opening_balances
-- What each side has as it begins: fixed from now on.
INSERT INTO opening_balance (organization_id, reconciliation_id, side, currency, exponent, amount_minor)
SELECT $1, $2, * FROM unnest($3::text[], $4::text[], $5::int[], $6::numeric[])

-- name: page
-- Reconciliations after an identifier.
SELECT r.*, (SELECT coalesce(json_agg(json_build_object('stream_id', s.stream_id, 'side', s.side)
                                      ORDER BY s.side, s.stream_id), '[]')
             FROM reconciliation_stream s
             WHERE s.organization_id = r.organization_id AND s.reconciliation_id = r.id
               AND s.left_at IS NULL) AS streams,
       (SELECT coalesce(json_agg(json_build_object(
                   'side', b.side, 'currency', b.currency, 'exponent', b.exponent,
                   'amount_minor', b.amount_minor::text) ORDER BY b.currency, b.side), '[]')
        FROM opening_balance b
        WHERE b.organization_id = r.organization_id AND b.reconciliation_id = r.id) AS opening_balances
FROM reconciliation r
WHERE r.organization_id = $1 AND r.id > $2 AND ($3::bigint IS NULL OR r.id = $3) AND r.deleted_at IS NULL
ORDER BY r.id LIMIT $4

-- name: add_rule
-- The first version of a rule.
INSERT INTO rule (organization_id, id, version, reconciliation_id, priority, status, source, body, created_at)
VALUES ($1, nextval('rule_id'), 1, $2, $3, $4, $7, $5, $6)
RETURNING id, version, reconciliation_id, priority, status, source, body, confidence, sample_match_rate, created_at

-- name: rules_of
-- The rules of a reconciliation in the order in which they run.
SELECT r.id, r.version, r.reconciliation_id, r.priority, r.status, r.source, r.body, r.confidence,
       r.sample_match_rate, r.created_at, c.run_type
FROM rule r JOIN reconciliation c ON c.organization_id = r.organization_id AND c.id = r.reconciliation_id
WHERE r.organization_id = $1 AND r.reconciliation_id = $2 AND r.retired_at IS NULL
ORDER BY r.priority, r.id

-- name: rule
-- The version in force of one rule.
SELECT id, version, reconciliation_id, priority, status, source, body, confidence, sample_match_rate, created_at
FROM rule
WHERE organization_id = $1 AND id = $2 AND retired_at IS NULL

-- name: next_version
-- The version of a rule that follows the one in force; what was learned of it is said no more of another content.
INSERT INTO rule (organization_id, id, version, reconciliation_id, priority, status, source, body,
                  confidence, sample_match_rate, created_at)
SELECT organization_id, id, version + 1, reconciliation_id, $4, $5, source, $6,
       CASE WHEN same.content THEN confidence END, CASE WHEN same.content THEN sample_match_rate END, $7
FROM rule CROSS JOIN LATERAL (SELECT body - 'description' = $6::jsonb - 'description' AS content) AS same
WHERE organization_id = $1 AND id = $2 AND version = $3
RETURNING id, version, reconciliation_id, priority, status, source, body, confidence, sample_match_rate, created_at

-- name: retire_rule
-- A rule is used no more; its version stays for the matches it made.
UPDATE rule SET retired_at = $3 WHERE organization_id = $1 AND id = $2 AND retired_at IS NULL

-- name: rules_changed
-- Every open entry counts as just arrived under the new rules, on arrival and for passes.
WITH forgotten AS (DELETE FROM untried WHERE organization_id = $1 AND reconciliation_id = $2)
UPDATE reconciliation
SET rules_version = rules_version + 1, rekey_after = 0, passes = $3, keyed_no = 0, pass_to = seq
WHERE organization_id = $1 AND id = $2
