-- name: to_tick
-- Reconciliations whose last tick is long enough ago and that changed since.
SELECT organization_id, id FROM reconciliation
WHERE passes AND run_type = 'continuous' AND (ticked_at IS NULL OR ticked_at <= $1)
  AND (tick_no < seq OR pass_to < tick_no)
ORDER BY id LIMIT $2

-- name: tick
-- What was there at the tick before is wanted in a pass.
UPDATE reconciliation SET pass_to = greatest(pass_to, tick_no), tick_no = seq, ticked_at = $3
WHERE organization_id = $1 AND id = $2

-- name: want
-- Everything up to now is wanted in a pass.
UPDATE reconciliation SET pass_to = seq
WHERE organization_id = $1 AND id = $2 AND passes AND run_type = 'continuous' AND pass_to < seq

-- name: waiting
-- Reconciliations with entries that passes shall try, none of them to be re-keyed first.
SELECT r.organization_id, r.id FROM reconciliation r
WHERE r.passes AND r.run_type = 'continuous' AND r.rekey_after IS NULL
  AND (r.keyed_no < r.pass_to
       OR EXISTS (SELECT FROM untried u WHERE u.organization_id = r.organization_id AND u.reconciliation_id = r.id))
ORDER BY r.id LIMIT $1

-- name: guard
-- One process at a time solves a reconciliation; a second one would do the same in vain.
SELECT pg_try_advisory_lock($1, $2)

-- name: run_type
-- Whether runs decide alone, or arrival and passes.
SELECT run_type FROM reconciliation WHERE organization_id = $1 AND id = $2

-- name: new_entries
-- Open entries that no pass was given, as far as they are wanted, in entry order.
SELECT e.record_id, e.entry_no, e.side, e.fields, e.left_minor::text AS left_minor
FROM reconciliation r
JOIN open_entry o ON o.organization_id = r.organization_id AND o.reconciliation_id = r.id
     AND o.entry_no > r.keyed_no AND o.entry_no <= r.pass_to AND o.suggested_by IS NULL
JOIN entry e ON e.organization_id = o.organization_id AND e.reconciliation_id = o.reconciliation_id
     AND e.record_id = o.record_id
WHERE r.organization_id = $1 AND r.id = $2
ORDER BY o.entry_no LIMIT $3

-- name: enlisted_to
-- Entries up to this number were given to passes; null: all that are wanted.
UPDATE reconciliation SET keyed_no = greatest(keyed_no, coalesce($3, pass_to))
WHERE organization_id = $1 AND id = $2

-- name: enlist
-- Of what is still open: keys of passes beside those of arrival, and a place among what waits.
WITH given AS MATERIALIZED (
    SELECT one.entry_no, one.record_id, one.keys::bigint[] AS keys
    FROM unnest($3::bigint[], $4::bigint[], $5::text[]) AS one (entry_no, record_id, keys)
    JOIN reconciliation r ON r.organization_id = $1 AND r.id = $2 AND r.run_type = 'continuous'
), keyed AS (
    UPDATE open_entry o
    SET keys = ARRAY(SELECT DISTINCT unnest(o.keys || given.keys))
    FROM given
    WHERE o.organization_id = $1 AND o.reconciliation_id = $2 AND o.entry_no = given.entry_no
      AND o.suggested_by IS NULL
    RETURNING given.*
), pointed AS (
    INSERT INTO open_key (organization_id, reconciliation_id, key_hash, entry_no, record_id)
    SELECT $1, $2, one.key_hash, keyed.entry_no, keyed.record_id
    FROM keyed CROSS JOIN LATERAL (SELECT DISTINCT unnest(keyed.keys) AS key_hash) AS one
    ON CONFLICT DO NOTHING
)
INSERT INTO untried (organization_id, reconciliation_id, entry_no)
SELECT $1, $2, entry_no FROM keyed ON CONFLICT DO NOTHING

-- name: forget_gone
-- What waits and is not open any more, or reserved, waits no longer.
DELETE FROM untried u
WHERE u.organization_id = $1 AND u.reconciliation_id = $2 AND NOT EXISTS (
    SELECT FROM open_entry o
    WHERE o.organization_id = u.organization_id AND o.reconciliation_id = u.reconciliation_id
      AND o.entry_no = u.entry_no AND o.suggested_by IS NULL)

-- name: chunk
-- The next entries to try, in entry order.
SELECT e.record_id, e.entry_no, e.side, e.fields, e.left_minor::text AS left_minor
FROM untried u
JOIN open_entry o USING (organization_id, reconciliation_id, entry_no)
JOIN entry e USING (organization_id, reconciliation_id, record_id)
WHERE u.organization_id = $1 AND u.reconciliation_id = $2 AND o.suggested_by IS NULL
ORDER BY u.entry_no LIMIT $3

-- name: all_open
-- Everything open that is not reserved.
SELECT e.record_id, e.entry_no, e.side, e.fields, e.left_minor::text AS left_minor
FROM open_entry o
JOIN entry e USING (organization_id, reconciliation_id, record_id)
WHERE o.organization_id = $1 AND o.reconciliation_id = $2 AND o.suggested_by IS NULL
ORDER BY o.entry_no LIMIT $3

-- name: neighbours
-- Open entries under one of these keys.
WITH found AS MATERIALIZED (
    SELECT DISTINCT k.entry_no, k.record_id FROM unnest($3::text::bigint[]) AS asked (key_hash)
    JOIN open_key k ON k.organization_id = $1 AND k.reconciliation_id = $2 AND k.key_hash = asked.key_hash
    LIMIT $4
)
SELECT e.record_id, e.entry_no, e.side, e.fields, e.left_minor::text AS left_minor
FROM found
JOIN entry e ON e.organization_id = $1 AND e.reconciliation_id = $2 AND e.record_id = found.record_id

-- name: blocked_sets
-- Pairs of sets that a person took apart, of these records.
SELECT members_a, members_b FROM block
WHERE organization_id = $1 AND reconciliation_id = $2
  AND (members_a && $3::bigint[] OR members_b && $3::bigint[])

-- name: still_open
-- Of these records those that may be matched now.
SELECT e.record_id, e.entry_no, e.version, e.stream_id, e.side, e.overdue_at, e.overdue_seq, e.fields,
       e.left_minor::text AS left_minor, o.reason_code, o.reason
FROM unnest($3::bigint[]) AS asked (record_id)
JOIN entry e ON e.organization_id = $1 AND e.reconciliation_id = $2 AND e.record_id = asked.record_id
JOIN open_entry o ON o.organization_id = $1 AND o.reconciliation_id = $2 AND o.entry_no = e.entry_no
WHERE o.suggested_by IS NULL

-- name: tried
-- A pass tried these entries.
DELETE FROM untried
WHERE organization_id = $1 AND reconciliation_id = $2 AND entry_no = ANY ($3::bigint[])

-- name: try_again
-- These entries are to be tried again.
INSERT INTO untried (organization_id, reconciliation_id, entry_no)
SELECT $1, $2, unnest($3::bigint[]) ON CONFLICT DO NOTHING

-- name: give_reasons
-- Why these entries stay open, by what a pass found (null: nothing is known); answers what changed.
WITH changed AS (
    UPDATE open_entry o SET reason_code = given.reason_code, reason = given.reason
    FROM unnest($3::bigint[], $4::text[], $5::text[]) AS given (entry_no, reason_code, reason)
    WHERE o.organization_id = $1 AND o.reconciliation_id = $2 AND o.entry_no = given.entry_no
      AND (o.reason_code, o.reason) IS DISTINCT FROM (given.reason_code, given.reason)
    RETURNING o.record_id, o.reason_code, o.reason
)
SELECT changed.record_id, changed.reason_code, changed.reason, e.overdue_seq
FROM changed JOIN entry e ON e.organization_id = $1 AND e.reconciliation_id = $2 AND e.record_id = changed.record_id

-- name: told_mismatches
-- Remember these mismatches; answers those that nobody was told of.
INSERT INTO mismatch (organization_id, reconciliation_id, rule_id, record_id, other_record_id, reason_code, found_at)
SELECT $1, $2, given.rule_id, given.record_id, given.other_record_id, given.reason_code, $7
FROM unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::text[])
     AS given (rule_id, record_id, other_record_id, reason_code)
ON CONFLICT DO NOTHING
RETURNING rule_id, record_id, other_record_id
