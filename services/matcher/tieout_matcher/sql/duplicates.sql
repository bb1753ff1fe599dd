-- name: next_late
-- Entries that will be said to be overdue next.
SELECT record_id FROM open_entry
WHERE organization_id = $1 AND reconciliation_id = $2 AND overdue_at <= $3
ORDER BY overdue_at, entry_no LIMIT $4

-- name: told_twice
-- Of these records those that say what a matched one of their side says, and which that is. It reads
-- the newest entries of the reconciliation once, whatever the planner thinks of it: nothing that arrives
-- pays for an index of them. Few have an amount and a day that is asked for; of those all is compared.
WITH late AS MATERIALIZED (
    SELECT $1::bigint AS organization_id, $2::bigint AS reconciliation_id, unnest($3::bigint[]) AS record_id
), asked AS MATERIALIZED (
    SELECT e.record_id, said(e.fields, $5, $6) AS said, amount_and_day(e.fields) AS plainly
    FROM late JOIN entry e USING (organization_id, reconciliation_id, record_id)
    WHERE e.side = $4
), telling AS MATERIALIZED (
    SELECT record_id, said::text AS said, plainly FROM asked WHERE array_position(said[1:$7], NULL) IS NULL
), known AS MATERIALIZED (
    SELECT jsonb_object_agg(said, NULL) AS said, jsonb_object_agg(plainly, NULL) AS plainly FROM telling
), likely AS MATERIALIZED (
    SELECT record_id, entry_no, said(fields, $5, $6)::text AS said
    FROM (SELECT * FROM entry WHERE organization_id = $1 AND reconciliation_id = $2
          ORDER BY record_id DESC LIMIT $8) AS newest
    WHERE side = $4 AND match_id IS NOT NULL
      AND (SELECT plainly FROM known) ? amount_and_day(fields)
), matched AS MATERIALIZED (
    SELECT * FROM likely WHERE (SELECT said FROM known) ? said
)
SELECT DISTINCT ON (telling.record_id) telling.record_id, matched.record_id AS other_record_id
FROM telling JOIN matched ON matched.said = telling.said
ORDER BY telling.record_id, matched.entry_no

-- name: explain
-- Why these open entries are open.
UPDATE open_entry o SET reason_code = 'duplicate', reason = told.reason
FROM unnest($3::bigint[], $4::text[]) AS told (entry_no, reason)
WHERE o.organization_id = $1 AND o.reconciliation_id = $2 AND o.entry_no = told.entry_no
