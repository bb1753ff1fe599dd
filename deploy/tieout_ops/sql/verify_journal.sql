-- What was told and to whom. Each query answers violations: place, wrong.

-- name: outcome_numbers
-- The outcomes of a reconciliation are numbered 1, 2, 3 and so on in the journal, without a gap.
WITH chunk AS (
    SELECT organization_id, key::bigint AS id, first_seq, last_seq, messages,
           lag(last_seq, 1, 0::bigint) OVER (PARTITION BY key ORDER BY first_seq, outbox.id) AS before
    FROM matcher.outbox WHERE topic = 'matches.v1'
), told AS (
    SELECT organization_id, id, max(last_seq) AS seq FROM chunk GROUP BY organization_id, id
)
SELECT format('organization %s, reconciliation %s', organization_id, id) AS place,
       format('%s outcomes numbered %s to %s follow number %s', messages, first_seq, last_seq,
              before) AS wrong
FROM chunk WHERE first_seq <> before + 1 OR messages <> last_seq - first_seq + 1
UNION ALL
SELECT format('organization %s, reconciliation %s', organization_id, id),
       format('%s numbers taken, told up to %s', own.seq, told.seq)
FROM matcher.reconciliation AS own FULL JOIN told USING (organization_id, id)
WHERE coalesce(own.seq, 0) <> coalesce(told.seq, 0)
ORDER BY place

-- name: exception_numbers
-- So are the events of exceptions.
WITH chunk AS (
    SELECT organization_id, key::bigint AS reconciliation_id, first_seq, last_seq, messages,
           lag(last_seq, 1, 0::bigint) OVER (PARTITION BY key ORDER BY first_seq, outbox.id) AS before
    FROM exceptions.outbox WHERE topic = 'exceptions.v1'
), told AS (
    SELECT organization_id, reconciliation_id, max(last_seq) AS seq
    FROM chunk GROUP BY organization_id, reconciliation_id
)
SELECT format('organization %s, reconciliation %s', organization_id, reconciliation_id) AS place,
       format('%s events numbered %s to %s follow number %s', messages, first_seq, last_seq,
              before) AS wrong
FROM chunk WHERE first_seq <> before + 1 OR messages <> last_seq - first_seq + 1
UNION ALL
SELECT format('organization %s, reconciliation %s', organization_id, reconciliation_id),
       format('%s numbers taken, told up to %s', own.exceptions_seq, told.seq)
FROM exceptions.projection AS own FULL JOIN told USING (organization_id, reconciliation_id)
WHERE coalesce(own.exceptions_seq, 0) <> coalesce(told.seq, 0)
ORDER BY place

-- name: published
-- Every event was published.
SELECT format('%s, %s', service, topic) AS place,
       format('%s messages wait since %s', sum(messages), min(created_at)) AS wrong
FROM (
    SELECT 'ingest' AS service, * FROM ingest.outbox WHERE published_at IS NULL
    UNION ALL
    SELECT 'matcher', * FROM matcher.outbox WHERE published_at IS NULL
    UNION ALL
    SELECT 'exceptions', * FROM exceptions.outbox WHERE published_at IS NULL
    UNION ALL
    SELECT 'gateway', * FROM gateway.outbox WHERE published_at IS NULL
) AS waiting
GROUP BY service, topic ORDER BY place

-- name: dead_letters
-- What could not be taken was put aside once: as many letters were sent as are noted.
SELECT service AS place, format('%s noted, %s sent', noted, sent) AS wrong
FROM (
    SELECT 'ingest' AS service, (SELECT count(*) FROM ingest.dead_letter) AS noted,
           (SELECT coalesce(sum(messages), 0) FROM ingest.outbox WHERE topic = 'dead-letters.v1') AS sent
    UNION ALL
    SELECT 'matcher', (SELECT count(*) FROM matcher.dead_letter),
           (SELECT coalesce(sum(messages), 0) FROM matcher.outbox WHERE topic = 'dead-letters.v1')
    UNION ALL
    SELECT 'exceptions', (SELECT count(*) FROM exceptions.dead_letter),
           (SELECT coalesce(sum(messages), 0) FROM exceptions.outbox WHERE topic = 'dead-letters.v1')
) AS letters
WHERE noted <> sent

-- name: applied
-- Exceptions has applied every outcome, and none waits behind a gap.
SELECT format('organization %s, reconciliation %s', own.organization_id, own.id) AS place,
       format('applied %s of %s outcomes, %s parked', coalesce(projection.applied_seq, 0), own.seq,
              coalesce(waiting.parked, 0)) AS wrong
FROM matcher.reconciliation AS own
LEFT JOIN exceptions.projection ON projection.organization_id = own.organization_id
     AND projection.reconciliation_id = own.id
LEFT JOIN (
    SELECT organization_id, reconciliation_id, count(*) AS parked
    FROM exceptions.parked_outcome GROUP BY organization_id, reconciliation_id
) AS waiting ON waiting.organization_id = own.organization_id AND waiting.reconciliation_id = own.id
WHERE own.seq <> coalesce(projection.applied_seq, 0) OR waiting.parked > 0 ORDER BY own.id

-- name: not_ahead
-- Exceptions knows of no outcome that the matcher did not decide.
SELECT format('organization %s, reconciliation %s', projection.organization_id,
              projection.reconciliation_id) AS place,
       format('applied %s of %s outcomes', projection.applied_seq, coalesce(own.seq, 0)) AS wrong
FROM exceptions.projection
LEFT JOIN matcher.reconciliation AS own ON own.organization_id = projection.organization_id
     AND own.id = projection.reconciliation_id
WHERE projection.applied_seq > coalesce(own.seq, 0) ORDER BY projection.reconciliation_id

-- name: pending
-- Nothing that was asked for waits longer than $1.
SELECT format('organization %s, %s %s', organization_id, what, id) AS place,
       format('%s since %s', state, since) AS wrong
FROM (
    SELECT organization_id, 'operation' AS what, id, state,
           coalesce(reviewed_at, created_at) AS since
    FROM exceptions.operation WHERE state = 'pending'
    UNION ALL
    SELECT organization_id, 'change', id, state, created_at
    FROM ingest.record_change WHERE state = 'pending'
    UNION ALL
    SELECT organization_id, 'stream operation', id, status, created_at
    FROM ingest.stream_operation WHERE status IN ('pending', 'running')
    UNION ALL
    SELECT organization_id, 'import batch', id, status, progressed_at
    FROM ingest.import_batch WHERE status IN ('received', 'loading')
    UNION ALL
    SELECT organization_id, 'bulk request', id, status, coalesce(last_progress_at, created_at)
    FROM ingest.bulk_request WHERE status IN ('pending', 'processing')
) AS asked
WHERE since < now() - $1::interval ORDER BY since
