-- name: match
-- One match with all that is known of how it was made.
SELECT id, reconciliation_id, kind, status, rule_id, rule_version, operation_id, run_id, score, candidates,
       doubt, others, greedy, members, allocated::text[] AS allocated, created_at, decided_at, revoked_at,
       revoke_reason AS reason
FROM match WHERE organization_id = $1 AND id = $2

-- name: rule_version
-- A version of a rule, in force or not.
SELECT id, version, priority, status, source, body, created_at, retired_at FROM rule
WHERE organization_id = $1 AND id = $2 AND version = $3

-- name: blocks_of
-- The pairs of sets of a record that a person took apart.
SELECT match_id, members_a, members_b FROM block
WHERE organization_id = $1 AND reconciliation_id = $2
  AND (members_a && ARRAY[$3::bigint] OR members_b && ARRAY[$3::bigint])

-- name: taken
-- Of the newest records those that are matched, on a side, and whose fields hold one of these texts.
SELECT e.record_id, e.entry_no, e.stream_id, e.side, e.fields, NULL AS left_minor, e.match_id,
       NULL::bigint AS suggested_by
FROM (SELECT * FROM entry WHERE organization_id = $1 AND reconciliation_id = $2
      ORDER BY record_id DESC LIMIT $5) AS e
WHERE e.side = $3 AND e.match_id IS NOT NULL
  AND EXISTS (SELECT FROM unnest($4::bytea[]) AS text (said) WHERE position(text.said IN e.fields) > 0)
LIMIT $6
