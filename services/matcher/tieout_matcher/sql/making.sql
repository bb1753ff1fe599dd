-- name: add_matches
-- Matches with their members, whoever found them.
INSERT INTO match (organization_id, id, reconciliation_id, kind, status, rule_id, rule_version, operation_id,
                   run_id, score, candidates, doubt, others, greedy, members, allocated, created_at)
SELECT $1, one.id, $2, one.kind, one.status, one.rule_id, one.rule_version, one.operation_id, one.run_id,
       one.score, one.candidates, one.doubt, one.others::bigint[], one.greedy, one.members::bigint[],
       one.allocated::numeric[], $3
FROM unnest($4::bigint[], $5::text[], $6::text[], $7::bigint[], $8::int[], $9::bigint[], $10::bigint[],
            $11::smallint[], $12::int[], $13::text[], $14::text[], $15::boolean[], $16::text[], $17::text[])
     AS one (id, kind, status, rule_id, rule_version, operation_id, run_id, score, candidates, doubt, others,
             greedy, members, allocated)

-- name: add_adjustments
-- What makes matches tie.
INSERT INTO adjustment (organization_id, match_id, number, amount_minor, exponent, currency, reason, note)
SELECT $1, one.*
FROM unnest($2::bigint[], $3::int[], $4::numeric[], $5::int[], $6::text[], $7::text[], $8::text[])
     AS one (match_id, number, amount_minor, exponent, currency, reason, note)

-- name: reserve
-- K2 of a suggestion: its members are found by nobody else; answers how many could be reserved.
WITH asked AS MATERIALIZED (
    SELECT $1::bigint AS organization_id, $2::bigint AS reconciliation_id, one.entry_no, one.match_id
    FROM unnest($3::bigint[], $4::bigint[]) AS one (entry_no, match_id)
), keyed AS MATERIALIZED (
    SELECT o.organization_id, o.reconciliation_id, o.entry_no, unnest(o.keys) AS key_hash
    FROM asked JOIN open_entry o USING (organization_id, reconciliation_id, entry_no)
), unkeyed AS (
    DELETE FROM open_key k USING keyed
    WHERE k.organization_id = keyed.organization_id AND k.reconciliation_id = keyed.reconciliation_id
      AND k.key_hash = keyed.key_hash AND k.entry_no = keyed.entry_no
), reserved AS (
    UPDATE open_entry o SET suggested_by = asked.match_id, keys = '{}', reason_code = NULL, reason = NULL
    FROM asked
    WHERE o.organization_id = asked.organization_id AND o.reconciliation_id = asked.reconciliation_id
      AND o.entry_no = asked.entry_no AND o.suggested_by IS NULL
    RETURNING 1
)
SELECT count(*) FROM reserved

-- name: keep_rest
-- K2 of a part: the rest of these entries stays open, found by passes only; answers how many were open.
WITH asked AS MATERIALIZED (
    SELECT $1::bigint AS organization_id, $2::bigint AS reconciliation_id, one.entry_no, one.record_id, one.left_minor
    FROM unnest($3::bigint[], $4::bigint[], $5::numeric[]) AS one (entry_no, record_id, left_minor)
), keyed AS MATERIALIZED (
    SELECT o.organization_id, o.reconciliation_id, o.entry_no, unnest(o.keys) AS key_hash
    FROM asked JOIN open_entry o USING (organization_id, reconciliation_id, entry_no)
), unkeyed AS (
    DELETE FROM open_key k USING keyed
    WHERE k.organization_id = keyed.organization_id AND k.reconciliation_id = keyed.reconciliation_id
      AND k.key_hash = keyed.key_hash AND k.entry_no = keyed.entry_no
), kept AS (
    UPDATE open_entry o SET keys = '{}', reason_code = NULL, reason = NULL FROM asked
    WHERE o.organization_id = asked.organization_id AND o.reconciliation_id = asked.reconciliation_id
      AND o.entry_no = asked.entry_no
    RETURNING 1
), lessened AS (
    UPDATE entry e SET left_minor = asked.left_minor FROM asked
    WHERE e.organization_id = asked.organization_id AND e.reconciliation_id = asked.reconciliation_id
      AND e.record_id = asked.record_id
)
SELECT count(*) FROM kept

-- name: unreserve
-- A suggestion holds its members no longer; they have no keys until they are decided again.
WITH member AS MATERIALIZED (
    SELECT m.organization_id, m.reconciliation_id, unnest(m.members) AS record_id FROM match m
    WHERE m.organization_id = $1 AND m.reconciliation_id = $2 AND m.id = $3
), held AS MATERIALIZED (
    SELECT e.organization_id, e.reconciliation_id, e.entry_no
    FROM member JOIN entry e USING (organization_id, reconciliation_id, record_id)
)
UPDATE open_entry o SET suggested_by = NULL FROM held
WHERE o.organization_id = held.organization_id AND o.reconciliation_id = held.reconciliation_id
  AND o.entry_no = held.entry_no AND o.suggested_by = $3
RETURNING o.record_id

-- name: suggestion_of
-- Which suggestions hold these records.
WITH asked AS MATERIALIZED (
    SELECT $1::bigint AS organization_id, $2::bigint AS reconciliation_id, unnest($3::bigint[]) AS record_id
), found AS MATERIALIZED (
    SELECT e.organization_id, e.reconciliation_id, e.entry_no
    FROM asked JOIN entry e USING (organization_id, reconciliation_id, record_id)
)
SELECT DISTINCT o.suggested_by AS match_id
FROM found JOIN open_entry o USING (organization_id, reconciliation_id, entry_no)
WHERE o.suggested_by IS NOT NULL ORDER BY match_id

-- name: match
-- One match with all that an event about it says.
SELECT id, kind, status, rule_id, rule_version, run_id, score, doubt, others, members,
       allocated::text[] AS allocated FROM match
WHERE organization_id = $1 AND id = $2

-- name: adjustments
-- What makes one match tie.
SELECT amount_minor::text AS amount_minor, exponent, currency, reason, note FROM adjustment
WHERE organization_id = $1 AND match_id = $2 ORDER BY number

-- name: decide_suggestion
-- A suggestion was accepted or rejected.
UPDATE match SET status = $3, decided_at = $4, revoke_reason = $5 WHERE organization_id = $1 AND id = $2
