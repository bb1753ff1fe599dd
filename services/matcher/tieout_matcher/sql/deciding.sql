-- Sets come as one row a reconciliation with its numbers as the text of an array: a driver
-- encodes one text much faster than thousands of numbers. Each is unfolded first and apart
-- (MATERIALIZED): a planner without statistics would else look rows up by half of their key.

-- name: lock
-- K1: lock reconciliations in ascending order before anything of theirs is read.
SELECT organization_id, id, sign_mode, timezone, seq, rules_version, rekey_after, awaited,
       awaited_versions, left_streams, deleted_at IS NOT NULL AS is_deleted
FROM reconciliation WHERE (organization_id, id) IN (SELECT * FROM unnest($1::bigint[], $2::bigint[]))
ORDER BY id FOR UPDATE

-- name: rules_in_force
-- The rules of one reconciliation that are not retired.
SELECT r.id, r.version, r.priority, r.status, r.body, c.run_type
FROM rule r JOIN reconciliation c ON c.organization_id = r.organization_id AND c.id = r.reconciliation_id
WHERE r.organization_id = $1 AND r.reconciliation_id = $2 AND r.retired_at IS NULL
ORDER BY r.priority, r.id

-- name: candidates
-- For each key the earliest open entries that have it, at most as many as asked.
WITH asked AS MATERIALIZED (
    SELECT place.organization_id, place.reconciliation_id, one.key_hash, one.most
    FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[])
         AS place (organization_id, reconciliation_id, keys, mosts)
    CROSS JOIN LATERAL unnest(place.keys::bigint[], place.mosts::int[]) AS one (key_hash, most)
), found AS MATERIALIZED (
    SELECT asked.organization_id, asked.reconciliation_id, earliest.record_id
    FROM asked CROSS JOIN LATERAL (
        SELECT k.record_id FROM open_key k
        WHERE k.organization_id = asked.organization_id
          AND k.reconciliation_id = asked.reconciliation_id AND k.key_hash = asked.key_hash
        ORDER BY k.entry_no LIMIT asked.most
    ) AS earliest
)
SELECT e.organization_id, e.reconciliation_id, e.record_id, e.entry_no, e.version, e.stream_id,
       e.side, e.overdue_at, e.overdue_seq, e.fields, e.left_minor::text AS left_minor
FROM found JOIN entry e USING (organization_id, reconciliation_id, record_id)

-- name: claim
-- K2: delete the right to match these entries, with their keys; answers how many were there.
WITH asked AS MATERIALIZED (
    SELECT place.organization_id, place.reconciliation_id, unnest(place.entries::bigint[]) AS entry_no
    FROM unnest($1::bigint[], $2::bigint[], $3::text[])
         AS place (organization_id, reconciliation_id, entries)
), claimed AS (
    DELETE FROM open_entry o USING asked
    WHERE o.organization_id = asked.organization_id
      AND o.reconciliation_id = asked.reconciliation_id AND o.entry_no = asked.entry_no
    RETURNING o.organization_id, o.reconciliation_id, o.entry_no, o.keys
), unkeyed AS (
    DELETE FROM open_key k
    USING (SELECT organization_id, reconciliation_id, entry_no, unnest(keys) AS key_hash FROM claimed) AS gone
    WHERE k.organization_id = gone.organization_id AND k.reconciliation_id = gone.reconciliation_id
      AND k.key_hash = gone.key_hash AND k.entry_no = gone.entry_no
)
SELECT count(*) FROM claimed

-- name: set_match
-- These entries are members of these matches now.
WITH made AS MATERIALIZED (
    SELECT place.organization_id, place.reconciliation_id, one.record_id, one.match_id
    FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[])
         AS place (organization_id, reconciliation_id, records, matches)
    CROSS JOIN LATERAL unnest(place.records::bigint[], place.matches::bigint[]) AS one (record_id, match_id)
)
UPDATE entry e SET match_id = made.match_id FROM made
WHERE e.organization_id = made.organization_id
  AND e.reconciliation_id = made.reconciliation_id AND e.record_id = made.record_id

-- name: match_id_blocks
-- The first identifiers of n blocks of 1,000: the sequence steps by as many.
SELECT nextval('match_id') FROM generate_series(1, $1)

-- name: advance
-- Take the numbers, move the counters and the earliest overdue time of each reconciliation.
UPDATE reconciliation r SET
    seq = r.seq + moved.seq, entries = r.entries + moved.entries,
    matched = r.matched + moved.matched, overdue = r.overdue + moved.overdue,
    ended = r.ended + moved.ended, next_overdue_at = least(r.next_overdue_at, moved.overdue_at)
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::timestamptz[],
            $8::bigint[])
     AS moved (organization_id, id, seq, entries, matched, overdue, overdue_at, ended)
WHERE r.organization_id = moved.organization_id AND r.id = moved.id

-- name: take_awaited
-- Overdue times that were set before these records arrived.
DELETE FROM awaited_overdue w
USING unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS asked (organization_id, reconciliation_id, record_id)
WHERE w.organization_id = asked.organization_id
  AND w.reconciliation_id = asked.reconciliation_id AND w.record_id = asked.record_id
RETURNING w.organization_id, w.reconciliation_id, w.record_id, w.overdue_at

-- name: fewer_awaited
-- So many of the awaited overdue times were taken.
UPDATE reconciliation SET awaited = awaited - $3 WHERE organization_id = $1 AND id = $2
