-- As in deciding.sql: sets are unfolded first and apart (MATERIALIZED) and joined by whole keys, so
-- that a planner without statistics looks nothing up by half of a key.

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
WITH wanted AS MATERIALIZED (
    SELECT keyed_no, pass_to FROM reconciliation WHERE organization_id = $1 AND id = $2
), picked AS MATERIALIZED (
    SELECT o.organization_id, o.reconciliation_id, o.record_id FROM open_entry o
    WHERE o.organization_id = $1 AND o.reconciliation_id = $2 AND o.suggested_by IS NULL
      AND o.entry_no > (SELECT keyed_no FROM wanted) AND o.entry_no <= (SELECT pass_to FROM wanted)
    ORDER BY o.entry_no LIMIT $3
)
SELECT e.record_id, e.entry_no, e.side, e.fields, e.left_minor::text AS left_minor
FROM picked JOIN entry e USING (organization_id, reconciliation_id, record_id)
ORDER BY e.entry_no

-- name: enlisted_to
-- Entries up to this number were given to passes; null: all that are wanted.
UPDATE reconciliation SET keyed_no = greatest(keyed_no, coalesce($3, pass_to))
WHERE organization_id = $1 AND id = $2

-- name: enlist
-- Of what is still open: keys of passes beside those of arrival, and a place among what waits.
WITH given AS MATERIALIZED (
    SELECT r.organization_id, r.id AS reconciliation_id, one.entry_no, one.record_id, one.keys::bigint[] AS keys
    FROM unnest($3::bigint[], $4::bigint[], $5::text[]) AS one (entry_no, record_id, keys)
    JOIN reconciliation r ON r.organization_id = $1 AND r.id = $2 AND r.run_type = 'continuous'
), keyed AS (
    UPDATE open_entry o
    SET keys = ARRAY(SELECT DISTINCT unnest(o.keys || given.keys))
    FROM given
    WHERE o.organization_id = given.organization_id AND o.reconciliation_id = given.reconciliation_id
      AND o.entry_no = given.entry_no AND o.suggested_by IS NULL
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
-- Of the next entries to try those that are not open any more, or reserved, wait no longer.
WITH waits AS MATERIALIZED (
    SELECT organization_id, reconciliation_id, entry_no FROM untried
    WHERE organization_id = $1 AND reconciliation_id = $2 ORDER BY entry_no LIMIT $3
), gone AS MATERIALIZED (
    SELECT waits.* FROM waits LEFT JOIN open_entry o USING (organization_id, reconciliation_id, entry_no)
    WHERE o.record_id IS NULL OR o.suggested_by IS NOT NULL
)
DELETE FROM untried u USING gone
WHERE u.organization_id = gone.organization_id AND u.reconciliation_id = gone.reconciliation_id
  AND u.entry_no = gone.entry_no

-- name: chunk
-- The next entries to try, in entry order.
WITH waits AS MATERIALIZED (
    SELECT organization_id, reconciliation_id, entry_no FROM untried
    WHERE organization_id = $1 AND reconciliation_id = $2 ORDER BY entry_no LIMIT $3
), picked AS MATERIALIZED (
    SELECT o.organization_id, o.reconciliation_id, o.record_id
    FROM waits JOIN open_entry o USING (organization_id, reconciliation_id, entry_no)
    WHERE o.suggested_by IS NULL
)
SELECT e.record_id, e.entry_no, e.side, e.fields, e.left_minor::text AS left_minor
FROM picked JOIN entry e USING (organization_id, reconciliation_id, record_id)
ORDER BY e.entry_no

-- name: all_open
-- Everything open that is not reserved; of side A only the items of the ledger's run $4, if one is named.
SELECT e.record_id, e.entry_no, e.side, e.fields, e.left_minor::text AS left_minor
FROM open_entry o
JOIN entry e USING (organization_id, reconciliation_id, record_id)
WHERE o.organization_id = $1 AND o.reconciliation_id = $2 AND o.suggested_by IS NULL
  AND ($4::bigint IS NULL OR e.side = 'B' OR EXISTS (
        SELECT FROM run_item i
        WHERE i.organization_id = $1 AND i.record_id = e.record_id AND i.ledger_run_id = $4))
ORDER BY o.entry_no LIMIT $3

-- name: neighbours
-- Open entries under one of these keys.
WITH asked AS MATERIALIZED (
    SELECT $1::bigint AS organization_id, $2::bigint AS reconciliation_id, unnest($3::text::bigint[]) AS key_hash
), found AS MATERIALIZED (
    SELECT DISTINCT k.organization_id, k.reconciliation_id, k.record_id
    FROM asked JOIN open_key k USING (organization_id, reconciliation_id, key_hash)
    LIMIT $4
)
SELECT e.record_id, e.entry_no, e.side, e.fields, e.left_minor::text AS left_minor
FROM found JOIN entry e USING (organization_id, reconciliation_id, record_id)

-- name: blocked_sets
-- Pairs of sets that a person took apart, of these records.
SELECT members_a, members_b FROM block
WHERE organization_id = $1 AND reconciliation_id = $2
  AND (members_a && $3::bigint[] OR members_b && $3::bigint[])

-- name: still_open
-- Of these records those that may be matched now.
WITH asked AS MATERIALIZED (
    SELECT $1::bigint AS organization_id, $2::bigint AS reconciliation_id, unnest($3::bigint[]) AS record_id
), found AS MATERIALIZED (
    SELECT e.* FROM asked JOIN entry e USING (organization_id, reconciliation_id, record_id)
)
SELECT f.record_id, f.entry_no, f.version, f.stream_id, f.side, f.overdue_at, f.overdue_seq, f.fields,
       f.left_minor::text AS left_minor, o.reason_code, o.reason
FROM found f JOIN open_entry o USING (organization_id, reconciliation_id, entry_no)
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
-- Why these entries stay open, by what a pass found (null: nothing, then a duplicate stays one);
-- answers what changed.
WITH given AS MATERIALIZED (
    SELECT $1::bigint AS organization_id, $2::bigint AS reconciliation_id, one.*
    FROM unnest($3::bigint[], $4::text[], $5::text[]) AS one (entry_no, reason_code, reason)
), other AS MATERIALIZED (
    SELECT given.*, o.reason_code AS before
    FROM given JOIN open_entry o USING (organization_id, reconciliation_id, entry_no)
    WHERE (o.reason_code, o.reason) IS DISTINCT FROM (given.reason_code, given.reason)
      AND NOT (given.reason_code IS NULL AND o.reason_code = 'duplicate')
), changed AS MATERIALIZED (
    UPDATE open_entry o SET reason_code = other.reason_code, reason = other.reason
    FROM other
    WHERE o.organization_id = other.organization_id AND o.reconciliation_id = other.reconciliation_id
      AND o.entry_no = other.entry_no
    RETURNING o.organization_id, o.reconciliation_id, o.record_id, o.reason_code, o.reason, other.before
)
SELECT changed.record_id, changed.reason_code, changed.reason, changed.before, e.overdue_seq
FROM changed JOIN entry e USING (organization_id, reconciliation_id, record_id)

-- name: told_mismatches
-- Remember these mismatches; answers those that nobody was told of.
INSERT INTO mismatch (organization_id, reconciliation_id, rule_id, record_id, other_record_id, reason_code, found_at)
SELECT $1, $2, given.rule_id, given.record_id, given.other_record_id, given.reason_code, $7
FROM unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::text[])
     AS given (rule_id, record_id, other_record_id, reason_code)
ON CONFLICT DO NOTHING
RETURNING record_id, other_record_id

-- name: ended_mismatches
-- Forget what was told of these records' differences and a pass did not find again; answers it.
WITH tried AS MATERIALIZED (
    SELECT $1::bigint AS organization_id, $2::bigint AS reconciliation_id, unnest($3::bigint[]) AS record_id
), standing AS MATERIALIZED (
    SELECT * FROM unnest($4::bigint[], $5::bigint[]) AS one (record_id, other_record_id)
)
DELETE FROM mismatch m USING tried
WHERE m.organization_id = tried.organization_id AND m.reconciliation_id = tried.reconciliation_id
  AND m.record_id = tried.record_id
  AND NOT EXISTS (SELECT FROM standing s WHERE s.record_id = m.record_id AND s.other_record_id = m.other_record_id)
RETURNING m.record_id, m.other_record_id
