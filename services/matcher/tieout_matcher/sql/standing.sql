-- name: standing
-- Which of these records arrived before, and where their entries stand. The set comes as in
-- deciding.sql: one row a reconciliation, its numbers as the text of an array.
WITH asked AS MATERIALIZED (
    SELECT place.organization_id, place.reconciliation_id, unnest(place.records::bigint[]) AS record_id
    FROM unnest($1::bigint[], $2::bigint[], $3::text[])
         AS place (organization_id, reconciliation_id, records)
)
SELECT e.organization_id, e.reconciliation_id, e.record_id, e.entry_no, e.version, e.stream_id,
       e.side, e.match_id, e.overdue_at, e.overdue_seq, e.ended, e.fields,
       CASE WHEN e.match_id IS NULL THEN e.left_minor::text END AS left_minor,
       o.entry_no IS NOT NULL AS is_open, o.suggested_by
FROM asked JOIN entry e USING (organization_id, reconciliation_id, record_id)
LEFT JOIN open_entry o ON o.organization_id = e.organization_id
     AND o.reconciliation_id = e.reconciliation_id AND o.entry_no = e.entry_no

-- name: members
-- Who is in these suggestions.
SELECT m.organization_id, m.reconciliation_id, m.id, m.members
FROM unnest($1::bigint[], $2::bigint[]) AS asked (organization_id, id)
JOIN match m ON m.organization_id = asked.organization_id AND m.id = asked.id

-- name: holding
-- Which accepted matches hold a record: the one that took the last of it, and those that took parts.
SELECT m.id FROM match m WHERE m.organization_id = $1 AND m.id = $4
UNION
SELECT m.id FROM match m
WHERE m.organization_id = $1 AND m.reconciliation_id = $2 AND m.status = 'accepted'
  AND m.allocated IS NOT NULL AND m.members @> ARRAY[$3::bigint]
  AND ($4 IS NULL OR (SELECT last.allocated IS NOT NULL FROM match last
                      WHERE last.organization_id = $1 AND last.id = $4))
ORDER BY id

-- name: revise
-- These entries say what later versions of their records say; what they said before is kept.
WITH told AS MATERIALIZED (
    SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::int[], $5::bytea[],
                         $6::timestamptz[], $7::bigint[], $8::text[])
         AS one (organization_id, reconciliation_id, record_id, version, fields, overdue_at,
                 overdue_seq, ended)
), kept AS (
    INSERT INTO earlier_version (organization_id, reconciliation_id, record_id, version, fields,
                                 ended, ended_at, until)
    SELECT e.organization_id, e.reconciliation_id, e.record_id, e.version, e.fields, e.ended,
           e.ended_at, $9
    FROM told JOIN entry e USING (organization_id, reconciliation_id, record_id)
)
UPDATE entry e SET version = told.version, fields = told.fields, overdue_at = told.overdue_at,
       overdue_seq = told.overdue_seq, ended = told.ended,
       ended_at = CASE WHEN told.ended IS NOT DISTINCT FROM e.ended THEN e.ended_at
                       WHEN told.ended IS NOT NULL THEN $9::timestamptz END
FROM told
WHERE e.organization_id = told.organization_id
  AND e.reconciliation_id = told.reconciliation_id AND e.record_id = told.record_id

-- name: forget_mismatches
-- What was found of these records' differences may be found anew.
DELETE FROM mismatch m USING unnest($1::bigint[], $2::bigint[], $3::bigint[])
     AS told (organization_id, reconciliation_id, record_id)
WHERE m.organization_id = told.organization_id
  AND m.reconciliation_id = told.reconciliation_id
  AND (m.record_id = told.record_id OR m.other_record_id = told.record_id)

-- name: drop
-- These suggestions are none any more; nobody blocked their pairs.
UPDATE match m SET status = 'rejected', decided_at = $4, revoke_reason = told.reason
FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS told (organization_id, id, reason)
WHERE m.organization_id = told.organization_id AND m.id = told.id

-- name: add_withdrawn
-- Entries of records that were deleted before they arrived here.
INSERT INTO entry (organization_id, reconciliation_id, record_id, entry_no, version, stream_id,
                   side, overdue_at, fields, ended, ended_at)
SELECT one.*, 'withdrawn', $10
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::int[], $6::bigint[],
            $7::text[], $8::timestamptz[], $9::bytea[]) AS one
