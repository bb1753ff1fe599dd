-- name: due
-- Reconciliations with an open entry that may be overdue by $1, the longest waiting first.
SELECT organization_id, id FROM reconciliation WHERE next_overdue_at <= $1
ORDER BY next_overdue_at, id LIMIT $2

-- name: overdue
-- Open entries overdue by $3 that nobody was told of, earliest first; picked before they are read. If a
-- ledger's run $5 is named, only its items; one that is suggested is left over when that is ambiguous.
WITH picked AS MATERIALIZED (
    SELECT organization_id, reconciliation_id, record_id, entry_no, overdue_at, reason_code, reason, suggested_by
    FROM open_entry
    WHERE organization_id = $1 AND reconciliation_id = $2 AND overdue_at <= $3
      AND ($5::bigint IS NULL OR EXISTS (
            SELECT FROM run_item i
            LEFT JOIN match m ON m.organization_id = $1 AND m.id = open_entry.suggested_by
            WHERE i.organization_id = $1 AND i.record_id = open_entry.record_id AND i.ledger_run_id = $5
              AND coalesce(m.doubt, 'ambiguous') = 'ambiguous'))
    ORDER BY overdue_at, entry_no LIMIT $4
)
SELECT e.record_id, e.entry_no, e.version, e.stream_id, e.side, picked.overdue_at, e.overdue_seq, e.fields,
       e.left_minor::text AS left_minor, picked.reason_code, picked.reason, m.doubt,
       cardinality(m.others) AS others
FROM picked JOIN entry e USING (organization_id, reconciliation_id, record_id)
LEFT JOIN match m ON m.organization_id = picked.organization_id AND m.id = picked.suggested_by
ORDER BY picked.overdue_at, picked.entry_no

-- name: said
-- These entries were said to be overdue, by these outcomes.
WITH told AS MATERIALIZED (
    SELECT $1::bigint AS organization_id, $2::bigint AS reconciliation_id, one.*
    FROM unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::timestamptz[])
         AS one (record_id, entry_no, overdue_seq, overdue_at)
), waiting AS (
    UPDATE open_entry o SET overdue_at = NULL FROM told
    WHERE o.organization_id = told.organization_id
      AND o.reconciliation_id = told.reconciliation_id AND o.entry_no = told.entry_no
)
UPDATE entry e SET overdue_seq = told.overdue_seq, overdue_at = told.overdue_at FROM told
WHERE e.organization_id = told.organization_id
  AND e.reconciliation_id = told.reconciliation_id AND e.record_id = told.record_id

-- name: next_due
-- When the next open entry becomes overdue.
UPDATE reconciliation SET next_overdue_at = (
    SELECT min(overdue_at) FROM open_entry WHERE organization_id = $1 AND reconciliation_id = $2)
WHERE organization_id = $1 AND id = $2

-- name: postpone
-- An open entry becomes overdue at another time.
WITH waiting AS (
    UPDATE open_entry SET overdue_at = $4
    WHERE organization_id = $1 AND reconciliation_id = $2 AND entry_no = $5
)
UPDATE entry SET overdue_at = $4
WHERE organization_id = $1 AND reconciliation_id = $2 AND record_id = $3
