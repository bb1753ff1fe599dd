-- name: items
-- What the files of a run brought, with where each stands ($3 filters that): by $4, in direction $5.
SELECT e.record_id, e.fields, e.match_id, e.ended, e.ended_at, e.left_minor::text AS left_minor, o.suggested_by,
       c.reason AS closing_reason, c.note AS closing_note, i.file_id, i.ledger_run_id, i.reconciliation_id AS ledger_id, e.overdue_seq IS NOT NULL AS late
FROM run_item i
JOIN entry e USING (organization_id, reconciliation_id, record_id)
LEFT JOIN open_entry o USING (organization_id, reconciliation_id, entry_no)
LEFT JOIN entry_closing c ON c.organization_id = i.organization_id
     AND c.reconciliation_id = i.reconciliation_id AND c.record_id = i.record_id
WHERE i.organization_id = $1 AND i.ledger_run_id = $2 AND e.ended IS DISTINCT FROM 'withdrawn'
  AND ($3::text IS NULL OR item_status(e.match_id, e.ended, e.left_minor) = $3)
ORDER BY CASE WHEN $4::text = 'created_at' THEN 0 ELSE said_measure(e.fields, $4) END * $5::int, e.record_id * $5::int
LIMIT $6 OFFSET $7

-- name: count_items
-- How many items a run has that stand as $3 says, and all.
SELECT count(*) FILTER (WHERE $3::text IS NULL OR item_status(e.match_id, e.ended, e.left_minor) = $3) AS total,
       count(*) AS total_unfiltered
FROM run_item i JOIN entry e USING (organization_id, reconciliation_id, record_id)
WHERE i.organization_id = $1 AND i.ledger_run_id = $2 AND e.ended IS DISTINCT FROM 'withdrawn'

-- name: item
-- One item, whatever run it is of; those of a deleted ledger are nobody's.
SELECT e.record_id, e.fields, e.match_id, e.ended, e.ended_at, e.left_minor::text AS left_minor, o.suggested_by,
       c.reason AS closing_reason, c.note AS closing_note, i.file_id, i.ledger_run_id, i.reconciliation_id AS ledger_id, e.overdue_seq IS NOT NULL AS late
FROM run_item i
JOIN entry e USING (organization_id, reconciliation_id, record_id)
LEFT JOIN open_entry o USING (organization_id, reconciliation_id, entry_no)
LEFT JOIN entry_closing c ON c.organization_id = i.organization_id
     AND c.reconciliation_id = i.reconciliation_id AND c.record_id = i.record_id
JOIN reconciliation l ON l.organization_id = i.organization_id AND l.id = i.reconciliation_id
WHERE i.organization_id = $1 AND i.record_id = $2 AND e.ended IS DISTINCT FROM 'withdrawn' AND l.deleted_at IS NULL

-- name: item_ids
-- All items of a run.
SELECT record_id FROM run_item WHERE organization_id = $1 AND ledger_run_id = $2 ORDER BY record_id

-- name: general_entries
-- Entries of a ledger's general ledger, all or ($3) those in no match and no suggestion.
SELECT e.record_id, e.fields, e.match_id, e.ended, e.ended_at, e.left_minor::text AS left_minor, o.suggested_by,
       e.reconciliation_id AS ledger_id, e.overdue_seq IS NOT NULL AS late
FROM entry e LEFT JOIN open_entry o USING (organization_id, reconciliation_id, entry_no)
WHERE e.organization_id = $1 AND e.reconciliation_id = $2 AND e.side = 'B' AND e.ended IS DISTINCT FROM 'withdrawn'
  AND (NOT $3::boolean OR (o.record_id IS NOT NULL AND o.suggested_by IS NULL AND e.left_minor IS NULL))
ORDER BY CASE WHEN $4::text = 'created_at' THEN 0 ELSE said_measure(e.fields, $4) END * $5::int, e.record_id * $5::int
LIMIT $6 OFFSET $7

-- name: count_general_entries
-- How many of them there are, and all.
SELECT count(*) FILTER (WHERE NOT $3::boolean OR (o.record_id IS NOT NULL AND o.suggested_by IS NULL
                                                  AND e.left_minor IS NULL)) AS total,
       count(*) AS total_unfiltered
FROM entry e LEFT JOIN open_entry o USING (organization_id, reconciliation_id, entry_no)
WHERE e.organization_id = $1 AND e.reconciliation_id = $2 AND e.side = 'B' AND e.ended IS DISTINCT FROM 'withdrawn'

-- name: matches
-- Matches that attempts of a run or people in it made, with the statuses of $3: by $4, in direction $5.
SELECT m.id FROM match m
WHERE m.organization_id = $1
  AND m.run_id IN (SELECT r.id FROM run r WHERE r.organization_id = $1 AND r.ledger_run_id = $2 UNION ALL SELECT $2)
  AND ($3::text[] IS NULL OR m.status = ANY ($3))
ORDER BY CASE WHEN $4::text = 'score' THEN coalesce(m.score, 100) ELSE 0 END * $5::int, m.id * $5::int
LIMIT $6 OFFSET $7

-- name: count_matches
-- How many of them there are, and all.
SELECT count(*) FILTER (WHERE $3::text[] IS NULL OR m.status = ANY ($3)) AS total, count(*) AS total_unfiltered
FROM match m
WHERE m.organization_id = $1
  AND m.run_id IN (SELECT r.id FROM run r WHERE r.organization_id = $1 AND r.ledger_run_id = $2 UNION ALL SELECT $2)

-- name: run_of_match
-- Which ledger's run a match is of; none: no run of a ledger made it, or the ledger is deleted.
SELECT l.id FROM match m
LEFT JOIN run r ON r.organization_id = m.organization_id AND r.id = m.run_id
JOIN ledger_run l ON l.organization_id = m.organization_id AND l.id = coalesce(r.ledger_run_id, m.run_id)
JOIN reconciliation c ON c.organization_id = m.organization_id AND c.id = m.reconciliation_id
WHERE m.organization_id = $1 AND m.id = $2 AND c.deleted_at IS NULL

-- name: set_note
-- What people say of a match.
UPDATE match SET note = $3 WHERE organization_id = $1 AND id = $2
