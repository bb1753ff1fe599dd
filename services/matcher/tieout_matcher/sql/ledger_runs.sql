-- name: add
-- A run of a ledger.
INSERT INTO ledger_run (organization_id, reconciliation_id, mode, source_type, everything, note, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7) RETURNING id

-- name: find
-- One run with where it stands.
SELECT l.id, l.reconciliation_id AS ledger_id, l.mode, l.source_type, l.everything, l.note, l.created_at,
       l.updated_at, l.closed_at, latest.started_at, latest.finished_at, latest.error,
       CASE WHEN l.closed_at IS NOT NULL THEN 'closed' ELSE coalesce(latest.status, 'pending') END AS status
FROM ledger_run l
JOIN reconciliation c ON c.organization_id = l.organization_id AND c.id = l.reconciliation_id AND c.deleted_at IS NULL
LEFT JOIN LATERAL (
    SELECT r.status, r.started_at, r.finished_at, r.error FROM run r
    WHERE r.organization_id = l.organization_id AND r.ledger_run_id = l.id ORDER BY r.id DESC LIMIT 1
) AS latest ON true
WHERE l.organization_id = $1 AND l.id = $2

-- name: lock
-- Nobody else changes the run meanwhile.
SELECT 1 FROM ledger_run WHERE organization_id = $1 AND id = $2 FOR UPDATE

-- name: page
-- Runs, of one ledger or of all, by when they were made ($3) or last changed; $4 is 1 or -1.
SELECT l.id FROM ledger_run l
JOIN reconciliation c ON c.organization_id = l.organization_id AND c.id = l.reconciliation_id AND c.deleted_at IS NULL
WHERE l.organization_id = $1 AND ($2::bigint IS NULL OR l.reconciliation_id = $2)
ORDER BY CASE $3::text WHEN 'updated_at' THEN extract(epoch FROM l.updated_at) END * $4::int, l.id * $4::int
LIMIT $5 OFFSET $6

-- name: count
-- How many runs one ledger has, and all.
SELECT count(*) FILTER (WHERE $2::bigint IS NULL OR l.reconciliation_id = $2) AS total, count(*) AS total_unfiltered
FROM ledger_run l
JOIN reconciliation c ON c.organization_id = l.organization_id AND c.id = l.reconciliation_id AND c.deleted_at IS NULL
WHERE l.organization_id = $1

-- name: set_note
-- What people say of the run.
UPDATE ledger_run SET note = $3, updated_at = $4 WHERE organization_id = $1 AND id = $2

-- name: touch
-- Something of the run changed.
UPDATE ledger_run SET updated_at = $3 WHERE organization_id = $1 AND id = $2

-- name: close
-- Nothing of the run is written any more.
UPDATE ledger_run SET closed_at = $3, updated_at = $3 WHERE organization_id = $1 AND id = $2

-- name: attempt
-- Ask for another attempt of the run.
INSERT INTO run (organization_id, reconciliation_id, mode, dry_run, status, note, created_at, ledger_run_id)
SELECT organization_id, reconciliation_id, mode, false, 'pending', note, $3, id
FROM ledger_run WHERE organization_id = $1 AND id = $2 RETURNING id

-- name: attempt_under_way
-- The attempt of the run that is not over.
SELECT id FROM run
WHERE organization_id = $1 AND ledger_run_id = $2 AND status IN ('pending', 'running') ORDER BY id LIMIT 1

-- name: attempt_of
-- How an attempt stands, and how many matches it has made.
SELECT r.ledger_run_id AS run_id, r.status, r.error,
       (SELECT count(*) FROM match m WHERE m.organization_id = r.organization_id AND m.run_id = r.id) AS matched
FROM run r WHERE r.organization_id = $1 AND r.id = $2

-- name: files_taken
-- Which of these files have all arrived.
SELECT file_id FROM run_file WHERE organization_id = $1 AND file_id = ANY ($2::bigint[])

-- name: arrived
-- How many of these records have an entry.
SELECT count(*) FROM unnest($3::bigint[]) AS asked (record_id)
JOIN entry e ON e.organization_id = $1 AND e.reconciliation_id = $2 AND e.record_id = asked.record_id

-- name: take_file
-- A file has arrived whole.
INSERT INTO run_file (organization_id, file_id, ledger_run_id, taken_at) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING

-- name: take_items
-- What a file brought belongs to its run.
INSERT INTO run_item (organization_id, record_id, reconciliation_id, ledger_run_id, file_id)
SELECT $1, record_id, $2, $3, $4 FROM unnest($5::bigint[]) AS brought (record_id)
ON CONFLICT DO NOTHING

-- name: file_items
-- What a file brought and is still there, and how many of it a match holds, whole or in part.
SELECT coalesce(array_agg(e.record_id ORDER BY e.record_id), '{}') AS record_ids,
       count(*) FILTER (WHERE e.match_id IS NOT NULL OR e.left_minor IS NOT NULL) AS matched
FROM run_item i JOIN entry e USING (organization_id, reconciliation_id, record_id)
WHERE i.organization_id = $1 AND i.ledger_run_id = $2 AND i.file_id = $3 AND e.ended IS DISTINCT FROM 'withdrawn'

-- name: forget_file
-- A file whose records were deleted is none of the run's any more.
WITH items AS (
    DELETE FROM run_item WHERE organization_id = $1 AND ledger_run_id = $2 AND file_id = $3
)
DELETE FROM run_file WHERE organization_id = $1 AND ledger_run_id = $2 AND file_id = $3

-- name: matches_standing
-- How many matches of a run are accepted.
SELECT count(*) FROM match m
WHERE m.organization_id = $1 AND m.status = 'accepted'
  AND m.run_id IN (SELECT r.id FROM run r WHERE r.organization_id = $1 AND r.ledger_run_id = $2 UNION ALL SELECT $2)

-- name: suggestions_standing
-- What a run suggests and nobody decided.
SELECT m.id FROM match m
WHERE m.organization_id = $1 AND m.status = 'suggested'
  AND m.run_id IN (SELECT r.id FROM run r WHERE r.organization_id = $1 AND r.ledger_run_id = $2 UNION ALL SELECT $2)

-- name: delete
-- The run is none any more; its attempts stay for the matches they made.
DELETE FROM ledger_run WHERE organization_id = $1 AND id = $2
