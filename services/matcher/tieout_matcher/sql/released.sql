-- name: to_rekey
-- Reconciliations whose open entries wait to be re-keyed.
SELECT organization_id, id FROM reconciliation WHERE rekey_after IS NOT NULL ORDER BY id LIMIT $1

-- name: next_to_rekey
-- The next open entries, in entry order, after the last one re-keyed.
SELECT e.record_id, e.entry_no, e.version, e.stream_id, e.side, e.overdue_at, e.overdue_seq, e.fields
FROM open_entry o
JOIN entry e USING (organization_id, reconciliation_id, record_id)
WHERE o.organization_id = $1 AND o.reconciliation_id = $2 AND o.entry_no > $3
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
-- Where a match belongs, to lock that first.
SELECT reconciliation_id FROM match WHERE organization_id = $1 AND id = $2

-- name: match
-- One match.
SELECT id, kind, members, revoked_at FROM match WHERE organization_id = $1 AND id = $2

-- name: revoke
-- The match is no more; its row stays.
UPDATE match SET revoked_at = $3, revoke_reason = $4 WHERE organization_id = $1 AND id = $2

-- name: add_block
-- No rule makes this pair of sets again.
INSERT INTO block (organization_id, reconciliation_id, match_id, members_a, members_b)
VALUES ($1, $2, $3, $4, $5)

-- name: members
-- Entries by record, in entry order.
SELECT record_id, entry_no, version, stream_id, side, match_id, overdue_at, overdue_seq, fields
FROM entry WHERE organization_id = $1 AND reconciliation_id = $2 AND record_id = ANY ($3::bigint[])
ORDER BY entry_no

-- name: clear_match
-- Members of no match again.
UPDATE entry SET match_id = NULL
WHERE organization_id = $1 AND reconciliation_id = $2 AND record_id = ANY ($3::bigint[])
