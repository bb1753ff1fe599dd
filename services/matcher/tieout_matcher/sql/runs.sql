-- name: add
-- A run that waits for its turn.
INSERT INTO run (organization_id, reconciliation_id, mode, dry_run, status, note, created_at)
VALUES ($1, $2, $3, $4, 'pending', $5, $6) RETURNING id

-- name: page
-- Runs of a reconciliation, newest last, with what each rule made.
SELECT r.*, (SELECT coalesce(json_agg(json_build_object('rule_id', made.rule_id, 'status', made.status,
                             'matches', made.matches, 'entries', made.entries)
                             ORDER BY made.rule_id, made.status), '[]')
             FROM (SELECT m.rule_id, m.status, count(*) AS matches, sum(cardinality(m.members)) AS entries
                   FROM match m WHERE m.organization_id = r.organization_id AND m.run_id = r.id
                   GROUP BY m.rule_id, m.status) AS made) AS by_rule
FROM run r
WHERE r.organization_id = $1 AND r.reconciliation_id = $2 AND r.id > $3 AND ($4::bigint IS NULL OR r.id = $4)
ORDER BY r.id LIMIT $5

-- name: to_do
-- Runs that wait or were left half way, the oldest first.
SELECT organization_id, reconciliation_id, id FROM run WHERE status IN ('pending', 'running') ORDER BY id LIMIT $1

-- name: one
-- One run, locked.
SELECT r.id, r.organization_id, r.reconciliation_id, r.mode, r.dry_run, r.status, r.entries, r.tried, r.undone_at,
       CASE WHEN NOT l.everything THEN l.id END AS items_of
FROM run r LEFT JOIN ledger_run l ON l.organization_id = r.organization_id AND l.id = r.ledger_run_id
WHERE r.organization_id = $1 AND r.id = $2 FOR UPDATE OF r

-- name: begin
-- The run's turn has come; how many entries were open is kept from its first try.
UPDATE run SET status = 'running', started_at = coalesce(started_at, $3), entries = greatest(entries, $4)
WHERE organization_id = $1 AND id = $2 AND status IN ('pending', 'running')

-- name: tried
-- So many more of its entries are decided.
UPDATE run SET tried = least(entries, tried + $3) WHERE organization_id = $1 AND id = $2

-- name: end
-- The run is over.
UPDATE run SET status = $3, error = $4, preview = $5, finished_at = $6,
    tried = CASE WHEN $3 = 'completed' THEN entries ELSE tried END
WHERE organization_id = $1 AND id = $2

-- name: matches_of
-- What a run made and is not undone yet, the newest first.
SELECT id FROM match WHERE organization_id = $1 AND run_id = $2 AND status IN ('accepted', 'suggested')
ORDER BY id DESC

-- name: undone
-- Nothing of the run is left.
UPDATE run SET undone_at = coalesce(undone_at, $3) WHERE organization_id = $1 AND id = $2
