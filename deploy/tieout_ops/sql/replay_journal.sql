-- The journals that are replayed: the outboxes of matcher, exceptions and ingest.

-- name: told_of
-- Which reconciliations the matcher told of or exceptions has a projection of; $1 NULL: of all.
SELECT organization_id, key::bigint AS reconciliation_id, max(last_seq) AS told
FROM matcher.outbox
WHERE topic = 'matches.v1' AND ($1::bigint IS NULL OR organization_id = $1)
GROUP BY organization_id, key
UNION
SELECT projection.organization_id, projection.reconciliation_id, 0
FROM exceptions.projection
WHERE ($1::bigint IS NULL OR projection.organization_id = $1)
  AND NOT EXISTS (
      SELECT FROM matcher.outbox
      WHERE outbox.topic = 'matches.v1' AND outbox.key = projection.reconciliation_id::text
        AND outbox.organization_id = projection.organization_id AND outbox.last_seq IS NOT NULL)
ORDER BY organization_id, reconciliation_id

-- name: outcomes
-- What the matcher told of one reconciliation, in the order of its numbers.
SELECT first_seq, last_seq, payload FROM matcher.outbox
WHERE topic = 'matches.v1' AND organization_id = $1 AND key = $2 AND last_seq IS NOT NULL
ORDER BY last_seq

-- name: events
-- What exceptions told of one reconciliation.
SELECT first_seq, last_seq, payload FROM exceptions.outbox
WHERE topic = 'exceptions.v1' AND organization_id = $1 AND key = $2 AND last_seq IS NOT NULL
ORDER BY last_seq

-- name: record_chunks
-- Of each reconciliation, which rows hold its records, in the order in which they were published.
SELECT organization_id, key::bigint AS reconciliation_id,
       array_agg(id ORDER BY published_at NULLS LAST, id) AS ids
FROM ingest.outbox
WHERE topic = 'records.v1' AND ($1::bigint IS NULL OR organization_id = $1)
GROUP BY organization_id, key

-- name: records
-- These rows of records.
SELECT id, payload FROM ingest.outbox WHERE id = ANY($1::bigint[])
