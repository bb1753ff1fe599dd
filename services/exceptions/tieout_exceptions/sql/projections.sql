-- name: lock
-- Lock reconciliations in ascending order: nobody else changes anything of theirs until commit.
SELECT organization_id, reconciliation_id, applied_seq, exceptions_seq FROM projection
WHERE (organization_id, reconciliation_id) IN (SELECT * FROM unnest($1::bigint[], $2::bigint[]))
ORDER BY reconciliation_id, organization_id FOR UPDATE

-- name: begin
-- Start the projection of reconciliations that are not known yet.
INSERT INTO projection (organization_id, reconciliation_id)
SELECT * FROM unnest($1::bigint[], $2::bigint[]) AS wanted (organization_id, reconciliation_id)
ORDER BY reconciliation_id, organization_id
ON CONFLICT DO NOTHING

-- name: holdings
-- Of locked reconciliations: what is kept that an outcome may change. A statement of its own,
-- because the one that waits for the lock still sees what was there before.
SELECT organization_id, reconciliation_id,
       EXISTS (SELECT FROM overdue_entry AS entry
               WHERE entry.organization_id = wanted.organization_id
                 AND entry.reconciliation_id = wanted.reconciliation_id) AS stores,
       EXISTS (SELECT FROM suggestion
               WHERE suggestion.organization_id = wanted.organization_id
                 AND suggestion.reconciliation_id = wanted.reconciliation_id) AS suggests,
       EXISTS (SELECT FROM break AS wrong
               WHERE wrong.organization_id = wanted.organization_id
                 AND wrong.reconciliation_id = wanted.reconciliation_id
                 AND wrong.mismatch_with IS NOT NULL AND wrong.resolved_seq IS NULL) AS mismatches,
       EXISTS (SELECT FROM parked_outcome AS parked
               WHERE parked.organization_id = wanted.organization_id
                 AND parked.reconciliation_id = wanted.reconciliation_id) AS parks,
       EXISTS (SELECT FROM case_book AS book
               WHERE book.organization_id = wanted.organization_id
                 AND book.reconciliation_id = wanted.reconciliation_id) AS makes_cases
FROM unnest($1::bigint[], $2::bigint[]) AS wanted (organization_id, reconciliation_id)

-- name: advance
-- Note how far outcomes are applied and own events numbered.
UPDATE projection SET applied_seq = done.applied_seq, exceptions_seq = done.exceptions_seq
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[])
    AS done (organization_id, reconciliation_id, applied_seq, exceptions_seq)
WHERE projection.organization_id = done.organization_id
  AND projection.reconciliation_id = done.reconciliation_id

-- name: parked
-- The outcomes of one reconciliation that wait behind a gap.
SELECT seq, type, value FROM parked_outcome
WHERE organization_id = $1 AND reconciliation_id = $2 AND seq > $3 ORDER BY seq

-- name: park
-- Keep outcomes that came after a gap; one that waits already stays as it is.
INSERT INTO parked_outcome (organization_id, reconciliation_id, seq, type, value)
SELECT $1, $2, waiting.* FROM unnest($3::bigint[], $4::text[], $5::bytea[]) AS waiting
ON CONFLICT DO NOTHING

-- name: unpark
-- Forget parked outcomes that are applied.
DELETE FROM parked_outcome WHERE organization_id = $1 AND reconciliation_id = $2 AND seq <= $3

-- name: gaps
-- Which numbers each stopped reconciliation waits for, and since when.
SELECT parked.organization_id, parked.reconciliation_id, projection.applied_seq + 1 AS from_seq,
       min(parked.seq) - 1 AS to_seq,
       extract(epoch FROM now() - min(parked.parked_at))::float8 AS waiting_seconds
FROM parked_outcome AS parked
JOIN projection USING (organization_id, reconciliation_id)
GROUP BY parked.organization_id, parked.reconciliation_id, projection.applied_seq
ORDER BY parked.reconciliation_id
