-- name: streams
-- The streams of a reconciliation.
SELECT stream_id FROM reconciliation_stream WHERE organization_id = $1 AND reconciliation_id = $2 AND left_at IS NULL

-- name: entry
-- One entry.
SELECT e.record_id, e.entry_no, e.version, e.stream_id, e.side, e.match_id, e.overdue_at,
       e.overdue_seq, e.fields, e.left_minor::text AS left_minor, e.ended,
       cardinality(o.keys) AS key_count, o.suggested_by, o.reason_code, o.reason
FROM entry e LEFT JOIN open_entry o USING (organization_id, reconciliation_id, entry_no)
WHERE e.organization_id = $1 AND e.reconciliation_id = $2 AND e.record_id = $3

-- name: page
-- Entries after a record id, filtered; unmatched ones are found by what is open. Those whose record
-- was deleted are left out, unless they are asked for by number.
SELECT e.record_id, e.entry_no, e.version, e.stream_id, e.side, e.match_id, e.overdue_at,
       e.overdue_seq, e.fields, e.left_minor::text AS left_minor, e.ended,
       cardinality(o.keys) AS key_count, o.suggested_by, o.reason_code, o.reason
FROM entry e LEFT JOIN open_entry o USING (organization_id, reconciliation_id, entry_no)
WHERE e.organization_id = $1 AND e.reconciliation_id = $2 AND e.record_id > $3
  AND ($8::bigint[] IS NOT NULL OR e.ended IS DISTINCT FROM 'withdrawn')
  AND ($4::boolean IS NULL OR (e.match_id IS NOT NULL) = $4)
  AND ($4::boolean IS NOT FALSE OR e.ended IS NULL)
  AND ($5::text IS NULL OR e.side = $5)
  AND ($6::bigint IS NULL OR e.stream_id = $6)
  AND ($7::boolean IS NULL OR (o.record_id IS NOT NULL AND e.overdue_seq IS NOT NULL) = $7)
  AND ($8::bigint[] IS NULL OR e.record_id = ANY ($8))
ORDER BY e.record_id LIMIT $9

-- name: open_page
-- Open entries after an entry number, filtered; OFFSET 0 as in next_to_rekey.
SELECT e.record_id, e.entry_no, e.version, e.stream_id, e.side, e.match_id, e.overdue_at,
       e.overdue_seq, e.fields, e.left_minor::text AS left_minor, e.ended,
       cardinality(o.keys) AS key_count, o.suggested_by, o.reason_code, o.reason
FROM open_entry o CROSS JOIN LATERAL (
    SELECT * FROM entry WHERE organization_id = o.organization_id
       AND reconciliation_id = o.reconciliation_id AND record_id = o.record_id OFFSET 0) AS e
WHERE o.organization_id = $1 AND o.reconciliation_id = $2 AND o.entry_no > $3
  AND ($4::text IS NULL OR e.side = $4)
  AND ($5::bigint IS NULL OR e.stream_id = $5)
  AND ($6::boolean IS NULL OR (e.overdue_seq IS NOT NULL) = $6)
  AND ($7::bigint[] IS NULL OR e.record_id = ANY ($7))
ORDER BY o.entry_no LIMIT $8

-- name: members_of
-- The entries of these matches, side A first.
WITH member AS MATERIALIZED (
    SELECT m.organization_id, m.reconciliation_id, m.id AS match_id, one.record_id, one.position
    FROM match m CROSS JOIN LATERAL unnest(m.members) WITH ORDINALITY AS one (record_id, position)
    WHERE m.organization_id = $1 AND m.id = ANY ($2::bigint[])
)
SELECT member.match_id, e.record_id, e.entry_no, e.stream_id, e.side, e.fields
FROM member JOIN entry e USING (organization_id, reconciliation_id, record_id)
ORDER BY member.match_id, member.position
