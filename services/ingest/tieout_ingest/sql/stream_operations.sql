-- name: hold_stream
-- A stream that somebody begins to empty or delete, once nobody writes into it.
SELECT id, records - deleted AS records FROM stream
WHERE organization_id = $1 AND id = $2 AND closed_at IS NULL FOR UPDATE

-- name: keep_stream
-- A stream that is written into: nobody begins to empty or delete it meanwhile.
SELECT id FROM stream
WHERE organization_id = $1 AND id = $2 AND closed_at IS NULL FOR KEY SHARE

-- name: under_way
-- The operation that empties or deletes the stream.
SELECT id FROM stream_operation
WHERE organization_id = $1 AND stream_id = $2 AND status IN ('pending', 'running')

-- name: in_the_way
-- What has to end before the stream may be emptied: an import, or a change of a record.
SELECT (SELECT min(id) FROM import_batch
        WHERE organization_id = $1 AND stream_id = $2 AND status IN ('received', 'loading'))
           AS import_batch_id,
       (SELECT min(record_id) FROM record_change
        WHERE organization_id = $1 AND stream_id = $2 AND state = 'pending') AS record_id

-- name: begin_operation
-- A new operation.
INSERT INTO stream_operation (organization_id, stream_id, kind, is_async, account_id, status, up_to,
                              records, created_at)
VALUES ($1, $2, $3, $4, $5, 'pending', $6, $7, $8) RETURNING id

-- name: close_stream
-- Nobody sees the stream any more; its key is still its own.
UPDATE stream SET closed_at = $3 WHERE organization_id = $1 AND id = $2

-- name: reopen_stream
-- The stream was not deleted after all.
UPDATE stream SET closed_at = NULL WHERE organization_id = $1 AND id = $2

-- name: delete_stream
-- The stream is no more: another may have its key, and nothing is demanded of its records.
WITH demanded AS (DELETE FROM property_definition WHERE organization_id = $1 AND stream_id = $2)
UPDATE stream SET deleted_at = $3 WHERE organization_id = $1 AND id = $2

-- name: reset_imports
-- The files of these batches may come again; what their statements state is past.
UPDATE import_batch SET reset_at = $3
WHERE organization_id = $1 AND stream_id = $2 AND reset_at IS NULL

-- name: operation
-- One operation, with the key of its stream.
SELECT operation.*, stream.key AS data_stream_key
FROM stream_operation AS operation
JOIN stream ON stream.organization_id = operation.organization_id
     AND stream.id = operation.stream_id
WHERE operation.organization_id = $1 AND operation.id = $2

-- name: operations_in_work
-- Operations to carry out, oldest first.
SELECT organization_id, id FROM stream_operation
WHERE status IN ('pending', 'running') ORDER BY id

-- name: try_own_operation
-- Be the only one to carry out this operation for as long as the session lives.
SELECT pg_try_advisory_lock(hashtextextended('ingest.stream_operation:' || $1::bigint, 0))

-- name: disown_operation
-- Let another instance have it.
SELECT pg_advisory_unlock(hashtextextended('ingest.stream_operation:' || $1::bigint, 0))

-- name: start_operation
-- Nothing forbids it: records are withdrawn from now on.
UPDATE stream_operation SET status = 'running', started_at = $3
WHERE organization_id = $1 AND id = $2 AND status = 'pending'

-- name: next_records
-- The next records after $3 as they stand, whatever they are; one told after position $4 stays.
SELECT latest.id, latest.version, latest.identity, latest.fields,
       latest.change IS DISTINCT FROM 'deletion' AND latest.position <= $4 AS is_left
FROM (SELECT id FROM record
      WHERE organization_id = $1 AND stream_id = $2 AND version = 1 AND id > $3 AND id <= $4
      ORDER BY id LIMIT $5) AS first
CROSS JOIN LATERAL (
    SELECT id, version, identity, fields, change, position FROM record
    WHERE organization_id = $1 AND stream_id = $2 AND id = first.id
    ORDER BY version DESC LIMIT 1
) AS latest ORDER BY latest.id

-- name: ask_deletions
-- Deletions that the matcher will decide together.
INSERT INTO record_change (organization_id, stream_id, operation_id, account_id, kind, raw, state,
                           next_attempt_at, created_at, record_id, version, identity, fields)
SELECT $1, $2, $3, $4, 'deletion', 'null', 'pending', $5, $5, one.*
FROM unnest($6::bigint[], $7::int[], $8::text[], $9::bytea[]) AS one

-- name: asked_deletions
-- The deletions of an operation that are under way.
SELECT organization_id, id, stream_id, record_id, version, kind, account_id, identity, fields, raw,
       state, attempts, next_attempt_at, refusal_code, refusal_message, created_at
FROM record_change
WHERE organization_id = $1 AND operation_id = $2 AND state = 'pending' ORDER BY record_id

-- name: end_deletions
-- They are decided; no row when somebody else wrote that down.
UPDATE record_change SET state = $3, refusal_code = $4, refusal_message = $5, finished_at = $6
WHERE organization_id = $1 AND operation_id = $2 AND state = 'pending' RETURNING id

-- name: write_deletions
-- Each of these changes ($3) makes the last version of its record, at its position ($4).
INSERT INTO record (organization_id, stream_id, id, version, position, identity, import_batch_id,
                    bulk_request_id, source, line, arrived_at, fields, raw, account_id, change)
SELECT $1, $2, asked.record_id, asked.version, one.position, asked.identity,
       before.import_batch_id, before.bulk_request_id, before.source, 1, asked.created_at,
       asked.fields, asked.raw, asked.account_id, 'deletion'
FROM unnest($3::bigint[], $4::bigint[]) AS one (id, position)
CROSS JOIN LATERAL (
    SELECT * FROM record_change WHERE organization_id = $1 AND record_change.id = one.id OFFSET 0
) AS asked
CROSS JOIN LATERAL (
    SELECT import_batch_id, bulk_request_id, source FROM record
    WHERE organization_id = $1 AND stream_id = $2 AND id = asked.record_id
    ORDER BY version DESC LIMIT 1
) AS before

-- name: advance_operation
-- $4 more records are no more, all up to number $3.
UPDATE stream_operation SET done_to = $3, done = done + $4
WHERE organization_id = $1 AND id = $2

-- name: end_operation
-- It is completed, or failed because of $4 and $5.
UPDATE stream_operation SET status = $3, error_code = $4, error_message = $5, completed_at = $6
WHERE organization_id = $1 AND id = $2 AND status IN ('pending', 'running') RETURNING id

-- name: ever_routed
-- The reconciliations that take the stream's records, and those that took them once.
SELECT reconciliation_id, active FROM route
WHERE organization_id = $1 AND stream_id = $2 ORDER BY reconciliation_id
