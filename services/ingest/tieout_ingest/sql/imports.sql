-- name: receive_import
-- A new upload; no row when the stream has this file already, loaded or in work.
INSERT INTO import_batch (organization_id, stream_id, source, filename, sha256, size_bytes,
                          spool_name, profile, status, created_at, progressed_at, run_id,
                          traceparent)
VALUES ($1, $2, 'upload', $3, $4, $5, $6, $7, 'received', $8, $8, $9, $10)
ON CONFLICT (organization_id, stream_id, sha256)
    WHERE status <> 'failed' AND reset_at IS NULL DO NOTHING
RETURNING id

-- name: same_file
-- The batch that has this file.
SELECT id FROM import_batch
WHERE organization_id = $1 AND stream_id = $2 AND sha256 = $3 AND status <> 'failed'
  AND reset_at IS NULL

-- name: import_batch
-- One batch as it is shown.
SELECT import_batch.*, stream.key AS data_stream_key
FROM import_batch JOIN stream
  ON stream.organization_id = import_batch.organization_id AND stream.id = stream_id
WHERE import_batch.organization_id = $1 AND import_batch.id = $2

-- name: import_batches
-- A page of a stream's batches, newest first.
SELECT import_batch.*, stream.key AS data_stream_key
FROM import_batch JOIN stream
  ON stream.organization_id = import_batch.organization_id AND stream.id = stream_id
WHERE import_batch.organization_id = $1 AND stream_id = $2
ORDER BY import_batch.id DESC LIMIT $3 OFFSET $4

-- name: rejections
-- The first rows of a batch that were refused.
SELECT line, code, message FROM import_rejection
WHERE organization_id = $1 AND import_batch_id = $2 ORDER BY item LIMIT $3

-- name: imports_in_work
-- Batches to load or to give up, oldest first.
SELECT organization_id, id, spool_name, progressed_at, traceparent FROM import_batch
WHERE status IN ('received', 'loading') ORDER BY id

-- name: spooled
-- Spool files that are still needed.
SELECT spool_name FROM import_batch WHERE status IN ('received', 'loading')

-- name: try_own_import
-- Be the only one to load this batch for as long as the session lives.
SELECT pg_try_advisory_lock(hashtextextended('ingest.import:' || $1::bigint, 0))

-- name: disown_import
-- Let another instance have it.
SELECT pg_advisory_unlock(hashtextextended('ingest.import:' || $1::bigint, 0))

-- name: begin_import
-- Count one more try, so that a file that kills the process is seen; no row when it is done.
-- $3: the last try ended for want of the database or a disk, which is not the file's fault.
UPDATE import_batch SET status = 'loading', attempts = CASE WHEN $3 THEN 1 ELSE attempts + 1 END
WHERE organization_id = $1 AND id = $2 AND status IN ('received', 'loading')
RETURNING stream_id, sha256, filename, profile, run_id, attempts, next_item, accepted, skipped, rejected,
          first_record_id, last_record_id, totals, date_range_start, date_range_end

-- name: save_progress
-- A chunk is loaded; no row when somebody else loaded it, and then nothing of it may commit.
UPDATE import_batch SET
    next_item = $4, accepted = $5, skipped = $6, rejected = $7, first_record_id = $8,
    last_record_id = $9, totals = $10, date_range_start = $11, date_range_end = $12,
    progressed_at = $13, attempts = 1
WHERE organization_id = $1 AND id = $2 AND next_item = $3 AND status = 'loading'
RETURNING 1

-- name: add_rejections
-- Refused rows, with their place in the file.
INSERT INTO import_rejection (organization_id, import_batch_id, item, line, code, message)
SELECT $1, $2, * FROM unnest($3::bigint[], $4::int[], $5::text[], $6::text[])

-- name: complete_import
-- All of the file is loaded.
UPDATE import_batch SET status = 'completed', source = $3, warnings = $4, statements = $5,
    progressed_at = $6, completed_at = $6
WHERE organization_id = $1 AND id = $2 AND status = 'loading' RETURNING 1

-- name: fail_import
-- The file is refused; what was loaded before stays and is skipped when it is uploaded again.
UPDATE import_batch SET status = 'failed', error = $3, progressed_at = $4, completed_at = $4
WHERE organization_id = $1 AND id = $2 AND status IN ('received', 'loading') RETURNING 1
