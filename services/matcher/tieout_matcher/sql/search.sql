-- Rows are looked up one by one here (LATERAL with OFFSET 0, places by ctid): the tables grow fast, and
-- as long as they are not analysed PostgreSQL takes a reconciliation for a row or two and reads it whole.

-- name: ask
-- Somebody asks why entries of a reconciliation are open: it is to be indexed, and kept so.
INSERT INTO search_state (organization_id, reconciliation_id, asked_at, next_at, lap_at)
VALUES ($1, $2, $3, $3, $3)
ON CONFLICT (organization_id, reconciliation_id) DO UPDATE SET asked_at = excluded.asked_at

-- name: to_do
-- Reconciliations whose index is to be looked after.
SELECT organization_id, reconciliation_id FROM search_state WHERE next_at <= $1
ORDER BY next_at, reconciliation_id LIMIT $2

-- name: state
-- How far the index of a reconciliation is, by which rules.
SELECT s.asked_at, s.rules_version, s.indexed_no, s.lap_no, s.lap_version, s.lap_at,
       r.rules_version AS rules_now, r.sign_mode
FROM search_state s
JOIN reconciliation r ON r.organization_id = s.organization_id AND r.id = s.reconciliation_id
WHERE s.organization_id = $1 AND s.reconciliation_id = $2

-- name: still
-- Nobody else moved the index on meanwhile; locked.
SELECT count(*) FROM (
    SELECT FROM search_state
    WHERE organization_id = $1 AND reconciliation_id = $2
      AND indexed_no = $3 AND lap_no IS NOT DISTINCT FROM $4
    FOR UPDATE) AS found

-- name: stretch
-- The last of the next open entries, and how many these are.
SELECT max(entry_no) AS last_no, count(*) AS entries
FROM (SELECT entry_no FROM open_entry
      WHERE organization_id = $1 AND reconciliation_id = $2 AND entry_no > $3
      ORDER BY entry_no LIMIT $4) AS found

-- name: not_current
-- Open entries of a stretch that are not indexed as they are now.
SELECT e.record_id, e.entry_no, e.side, e.fields, e.left_minor::text AS left_minor, e.version
FROM (SELECT record_id FROM open_entry
      WHERE organization_id = $1 AND reconciliation_id = $2 AND entry_no > $3 AND entry_no <= $4
      ORDER BY entry_no OFFSET 0) AS stretch
CROSS JOIN LATERAL (
    SELECT * FROM entry
    WHERE organization_id = $1 AND reconciliation_id = $2 AND record_id = stretch.record_id OFFSET 0) AS e
LEFT JOIN LATERAL (
    SELECT * FROM search_entry
    WHERE organization_id = $1 AND reconciliation_id = $2 AND entry_no = e.entry_no OFFSET 0) AS s ON true
WHERE s.entry_no IS NULL OR (s.version, s.left_minor, s.shape) IS DISTINCT FROM (e.version, e.left_minor, $5)

-- name: gone
-- Indexed entries of a stretch (null: to the end) that are open no more.
SELECT s.entry_no
FROM (SELECT entry_no FROM search_entry
      WHERE organization_id = $1 AND reconciliation_id = $2 AND entry_no > $3
        AND ($4::bigint IS NULL OR entry_no <= $4) OFFSET 0) AS s
LEFT JOIN LATERAL (
    SELECT entry_no FROM open_entry
    WHERE organization_id = $1 AND reconciliation_id = $2 AND entry_no = s.entry_no OFFSET 0) AS o ON true
WHERE o.entry_no IS NULL

-- name: first_entries
-- Some indexed entries.
SELECT entry_no FROM search_entry WHERE organization_id = $1 AND reconciliation_id = $2
ORDER BY entry_no LIMIT $3

-- name: forget
-- These entries leave the index.
WITH forgotten AS (
    DELETE FROM search_entry
    WHERE organization_id = $1 AND reconciliation_id = $2 AND entry_no = ANY ($3::bigint[])
    RETURNING entry_no, keys, measures
)
DELETE FROM search_key WHERE ctid = ANY (ARRAY(
    SELECT k.place FROM forgotten
    CROSS JOIN LATERAL unnest(forgotten.keys, forgotten.measures) AS one (key_hash, measure)
    CROSS JOIN LATERAL (
        SELECT ctid AS place FROM search_key
        WHERE organization_id = $1 AND reconciliation_id = $2 AND key_hash = one.key_hash
          AND measure = one.measure AND entry_no = forgotten.entry_no OFFSET 0) AS k))

-- name: keep
-- Index entries.
WITH given AS MATERIALIZED (
    SELECT one.entry_no, one.version, one.left_minor, one.keys::bigint[] AS keys, one.measures::bigint[] AS measures
    FROM unnest($4::bigint[], $5::int[], $6::numeric[], $7::text[], $8::text[])
         AS one (entry_no, version, left_minor, keys, measures)
), listed AS (
    INSERT INTO search_entry (organization_id, reconciliation_id, entry_no, version, left_minor, shape, keys, measures)
    SELECT $1, $2, entry_no, version, left_minor, $3, keys, measures FROM given
)
INSERT INTO search_key (organization_id, reconciliation_id, key_hash, measure, entry_no)
SELECT $1, $2, one.key_hash, one.measure, given.entry_no
FROM given CROSS JOIN LATERAL unnest(given.keys, given.measures) AS one (key_hash, measure)
ON CONFLICT DO NOTHING

-- name: moved
-- How far the index is now, and when it is to be looked after again.
UPDATE search_state
SET rules_version = $3, indexed_no = $4, lap_no = $5, lap_version = $6, lap_at = $7, next_at = $8
WHERE organization_id = $1 AND reconciliation_id = $2

-- name: drop_state
-- Nobody asks any more, and nothing is indexed.
DELETE FROM search_state WHERE organization_id = $1 AND reconciliation_id = $2

-- name: nearest
-- Open entries under these keys that are nearest to a measure, so many on either side for each key.
WITH found AS MATERIALIZED (
    SELECT DISTINCT near.entry_no FROM unnest($3::bigint[]) AS asked (key_hash) CROSS JOIN LATERAL (
        (SELECT k.entry_no FROM search_key k
         WHERE k.organization_id = $1 AND k.reconciliation_id = $2 AND k.key_hash = asked.key_hash
           AND k.measure >= $4
         ORDER BY k.measure, k.entry_no LIMIT $5)
        UNION ALL
        (SELECT k.entry_no FROM search_key k
         WHERE k.organization_id = $1 AND k.reconciliation_id = $2 AND k.key_hash = asked.key_hash
           AND k.measure < $4
         ORDER BY k.measure DESC, k.entry_no DESC LIMIT $5)
    ) AS near
)
SELECT e.record_id, e.entry_no, e.stream_id, e.side, e.fields, e.left_minor::text AS left_minor,
       e.match_id, o.suggested_by
FROM found
CROSS JOIN LATERAL (
    SELECT record_id, suggested_by FROM open_entry
    WHERE organization_id = $1 AND reconciliation_id = $2 AND entry_no = found.entry_no OFFSET 0) AS o
CROSS JOIN LATERAL (
    SELECT * FROM entry
    WHERE organization_id = $1 AND reconciliation_id = $2 AND record_id = o.record_id OFFSET 0) AS e

-- name: not_indexed
-- Open entries that are not indexed yet, an entry and those next to it in order of arrival.
SELECT e.record_id, e.entry_no, e.stream_id, e.side, e.fields, e.left_minor::text AS left_minor,
       e.match_id, near.suggested_by
FROM (
    (SELECT o.record_id, o.suggested_by FROM open_entry o
     WHERE o.organization_id = $1 AND o.reconciliation_id = $2 AND o.entry_no > $3 AND o.entry_no >= $4
     ORDER BY o.entry_no LIMIT $5)
    UNION ALL
    (SELECT o.record_id, o.suggested_by FROM open_entry o
     WHERE o.organization_id = $1 AND o.reconciliation_id = $2 AND o.entry_no > $3 AND o.entry_no < $4
     ORDER BY o.entry_no DESC LIMIT $5)
) AS near
CROSS JOIN LATERAL (
    SELECT * FROM entry
    WHERE organization_id = $1 AND reconciliation_id = $2 AND record_id = near.record_id OFFSET 0) AS e

-- name: within
-- Open entries under these keys that are not reserved, between two measures, the greatest first.
SELECT e.record_id, e.entry_no, e.stream_id, e.side, e.fields, e.left_minor::text AS left_minor,
       e.match_id, o.suggested_by
FROM (
    SELECT DISTINCT near.entry_no FROM unnest($3::bigint[]) AS asked (key_hash) CROSS JOIN LATERAL (
        SELECT k.entry_no FROM search_key k
        WHERE k.organization_id = $1 AND k.reconciliation_id = $2 AND k.key_hash = asked.key_hash
          AND k.measure >= $4 AND k.measure <= $5
        ORDER BY k.measure DESC, k.entry_no DESC LIMIT $6) AS near
    OFFSET 0) AS found
CROSS JOIN LATERAL (
    SELECT record_id, suggested_by FROM open_entry
    WHERE organization_id = $1 AND reconciliation_id = $2 AND entry_no = found.entry_no OFFSET 0) AS o
CROSS JOIN LATERAL (
    SELECT * FROM entry
    WHERE organization_id = $1 AND reconciliation_id = $2 AND record_id = o.record_id OFFSET 0) AS e
WHERE o.suggested_by IS NULL
