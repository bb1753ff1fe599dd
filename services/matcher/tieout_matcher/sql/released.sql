-- name: to_rekey
-- Reconciliations whose open entries wait to be re-keyed.
SELECT organization_id, id FROM reconciliation WHERE rekey_after IS NOT NULL ORDER BY id LIMIT $1

-- name: next_to_rekey
-- The next open entries, in entry order, after the last one re-keyed. OFFSET 0: each is looked up by
-- its whole key; a planner that takes a new reconciliation for empty would compare all with all.
SELECT e.record_id, e.entry_no, e.version, e.stream_id, e.side, e.overdue_at, e.overdue_seq, e.fields,
       e.left_minor::text AS left_minor
FROM open_entry o CROSS JOIN LATERAL (
    SELECT * FROM entry WHERE organization_id = o.organization_id
       AND reconciliation_id = o.reconciliation_id AND record_id = o.record_id OFFSET 0) AS e
WHERE o.organization_id = $1 AND o.reconciliation_id = $2 AND o.entry_no > $3 AND o.suggested_by IS NULL
ORDER BY o.entry_no LIMIT $4

-- name: rekeyed
-- Entries up to $3 are re-keyed; null: all of them.
UPDATE reconciliation SET rekey_after = $3 WHERE organization_id = $1 AND id = $2

-- name: blocked_pairs
-- Pairs that a person took apart, of these records.
SELECT members_a, members_b FROM block
WHERE organization_id = $1 AND reconciliation_id = $2
  AND (members_a && $3::bigint[] OR members_b && $3::bigint[])

-- name: reconciliation_of_match
-- Where a match belongs, to lock that first; one of a deleted reconciliation is nobody's.
SELECT reconciliation_id FROM match
WHERE organization_id = $1 AND id = $2
  AND reconciliation_id NOT IN (
      SELECT id FROM reconciliation WHERE organization_id = $1 AND deleted_at IS NOT NULL)

-- name: match
-- One match.
SELECT id, status, members, allocated FROM match WHERE organization_id = $1 AND id = $2

-- name: revoke
-- The match is no more; its row stays.
UPDATE match SET status = 'revoked', revoked_at = $3, revoke_reason = $4 WHERE organization_id = $1 AND id = $2

-- name: add_block
-- No rule makes this pair of sets again.
INSERT INTO block (organization_id, reconciliation_id, match_id, members_a, members_b)
VALUES ($1, $2, $3, $4, $5)

-- name: clear_block
-- A person allows this pair of sets again; answers its records.
DELETE FROM block WHERE organization_id = $1 AND reconciliation_id = $2 AND match_id = $3
RETURNING members_a || members_b AS members

-- name: forget_mismatches
-- What others were found to differ from may be found anew: it was matched meanwhile.
DELETE FROM mismatch
WHERE organization_id = $1 AND reconciliation_id = $2
  AND other_record_id = ANY ($3::bigint[]) AND NOT record_id = ANY ($3::bigint[])

-- name: members
-- Entries by record, in entry order.
SELECT record_id, entry_no, version, stream_id, side, match_id, overdue_at, overdue_seq, fields,
       left_minor::text AS left_minor
FROM entry WHERE organization_id = $1 AND reconciliation_id = $2 AND record_id = ANY ($3::bigint[])
ORDER BY entry_no

-- name: give_back
-- Members of no match again, with what it had taken of them; answers which were closed by it, and
-- which were open for what it had left.
WITH given AS MATERIALIZED (
    SELECT m.organization_id, m.reconciliation_id, one.record_id, m.allocated[one.position] AS allocated
    FROM match m CROSS JOIN LATERAL unnest(m.members) WITH ORDINALITY AS one (record_id, position)
    WHERE m.organization_id = $1 AND m.reconciliation_id = $2 AND m.id = $3
), before AS MATERIALIZED (
    SELECT given.*, e.entry_no, e.match_id IS NOT NULL AS closed,
           CASE WHEN e.match_id IS NULL THEN e.left_minor ELSE 0 END + given.allocated AS left_minor,
           (convert_from(e.fields, 'UTF8')::jsonb ->> 'amount_minor')::numeric AS amount_minor
    FROM given JOIN entry e USING (organization_id, reconciliation_id, record_id)
), unclaimed AS (
    DELETE FROM open_entry o USING before
    WHERE o.organization_id = before.organization_id AND o.reconciliation_id = before.reconciliation_id
      AND o.entry_no = before.entry_no
    RETURNING o.organization_id, o.reconciliation_id, o.entry_no, o.keys
), gone AS MATERIALIZED (
    SELECT organization_id, reconciliation_id, entry_no, unnest(keys) AS key_hash FROM unclaimed
), unkeyed AS (
    DELETE FROM open_key k USING gone
    WHERE k.organization_id = gone.organization_id AND k.reconciliation_id = gone.reconciliation_id
      AND k.key_hash = gone.key_hash AND k.entry_no = gone.entry_no
)
UPDATE entry e
SET match_id = NULL,
    left_minor = CASE WHEN before.left_minor < before.amount_minor THEN before.left_minor END
FROM before
WHERE e.organization_id = before.organization_id AND e.reconciliation_id = before.reconciliation_id
  AND e.record_id = before.record_id
RETURNING e.record_id, before.closed,
    e.entry_no IN (SELECT entry_no FROM unclaimed) AS was_open
