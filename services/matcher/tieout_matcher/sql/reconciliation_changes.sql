-- name: locked
-- A reconciliation under its row lock, as callers may change it; none when it was deleted.
SELECT name, run_type, sign_mode, timezone, version FROM reconciliation
WHERE organization_id = $1 AND id = $2 AND deleted_at IS NULL FOR UPDATE

-- name: streams
-- The streams that are or were part of it.
SELECT stream_id, side, left_at IS NOT NULL AS has_left FROM reconciliation_stream
WHERE organization_id = $1 AND reconciliation_id = $2 ORDER BY stream_id

-- name: change
-- The next version of a reconciliation.
UPDATE reconciliation SET name = $3, run_type = $4, version = version + 1, left_streams = $5
WHERE organization_id = $1 AND id = $2

-- name: delete
-- A reconciliation is no more; what it decided stays.
UPDATE reconciliation SET deleted_at = $3 WHERE organization_id = $1 AND id = $2

-- name: put_streams
-- Streams come, or come back, on their sides.
INSERT INTO reconciliation_stream (organization_id, reconciliation_id, stream_id, side)
SELECT $1, $2, * FROM unnest($3::bigint[], $4::text[])
ON CONFLICT (organization_id, reconciliation_id, stream_id) DO UPDATE SET left_at = NULL

-- name: leave_streams
-- Streams go; their entries are there still.
UPDATE reconciliation_stream SET left_at = $4
WHERE organization_id = $1 AND reconciliation_id = $2 AND stream_id = ANY ($3::bigint[])

-- name: hide
-- What is open of these streams is found by nobody until it is withdrawn.
WITH open AS MATERIALIZED (
    SELECT o.organization_id, o.reconciliation_id, o.entry_no, o.keys
    FROM open_entry o JOIN entry e USING (organization_id, reconciliation_id, record_id)
    WHERE o.organization_id = $1 AND o.reconciliation_id = $2 AND e.stream_id = ANY ($3::bigint[])
), gone AS MATERIALIZED (
    SELECT organization_id, reconciliation_id, entry_no, unnest(keys) AS key_hash FROM open
), unkeyed AS (
    DELETE FROM open_key k USING gone
    WHERE k.organization_id = gone.organization_id AND k.reconciliation_id = gone.reconciliation_id
      AND k.key_hash = gone.key_hash AND k.entry_no = gone.entry_no
)
UPDATE open_entry o SET keys = '{}' FROM open
WHERE o.organization_id = open.organization_id AND o.reconciliation_id = open.reconciliation_id
  AND o.entry_no = open.entry_no

-- name: retire_rules
-- Its rules are used no more.
UPDATE rule SET retired_at = $3
WHERE organization_id = $1 AND reconciliation_id = $2 AND retired_at IS NULL

-- name: suggestions
-- Suggestions that hold entries of streams that left.
SELECT DISTINCT o.suggested_by AS match_id
FROM open_entry o JOIN entry e USING (organization_id, reconciliation_id, record_id)
WHERE o.organization_id = $1 AND o.reconciliation_id = $2 AND o.suggested_by IS NOT NULL
  AND e.stream_id = ANY ($3::bigint[])
ORDER BY match_id LIMIT $4

-- name: withdraw
-- Entries are no more to be matched, until their stream comes back; answers those that were.
WITH ended AS (
    UPDATE entry SET ended = 'withdrawn', ended_at = $4
    WHERE organization_id = $1 AND reconciliation_id = $2 AND record_id = ANY ($3::bigint[])
      AND ended IS NULL
    RETURNING stream_id, record_id, version
), kept AS (
    INSERT INTO left_entry (organization_id, reconciliation_id, stream_id, record_id, version)
    SELECT $1, $2, stream_id, record_id, version FROM ended
    ON CONFLICT (organization_id, reconciliation_id, stream_id, record_id)
    DO UPDATE SET version = excluded.version
)
SELECT record_id FROM ended

-- name: keep_left
-- Versions that arrived for streams that had left come back with their streams.
INSERT INTO left_entry (organization_id, reconciliation_id, stream_id, record_id, version)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::int[])
ON CONFLICT (organization_id, reconciliation_id, stream_id, record_id)
DO UPDATE SET version = excluded.version

-- name: returning
-- The next entries of streams that came back, as long as they say what they said. What is overdue of
-- them is to be told so again.
WITH next AS MATERIALIZED (
    SELECT l.organization_id, l.reconciliation_id, l.stream_id, l.record_id, l.version
    FROM left_entry l JOIN reconciliation_stream s USING (organization_id, reconciliation_id, stream_id)
    WHERE l.organization_id = $1 AND l.reconciliation_id = $2 AND s.left_at IS NULL
    ORDER BY l.record_id LIMIT $3
), taken AS (
    DELETE FROM left_entry l USING next
    WHERE l.organization_id = next.organization_id AND l.reconciliation_id = next.reconciliation_id
      AND l.stream_id = next.stream_id AND l.record_id = next.record_id
), back AS (
    UPDATE entry e SET ended = NULL, ended_at = NULL, overdue_seq = NULL FROM next
    WHERE e.organization_id = next.organization_id AND e.reconciliation_id = next.reconciliation_id
      AND e.record_id = next.record_id AND e.version = next.version AND e.ended = 'withdrawn'
    RETURNING e.record_id
)
SELECT next.record_id, back.record_id IS NOT NULL AS comes_back
FROM next LEFT JOIN back USING (record_id) ORDER BY next.record_id
