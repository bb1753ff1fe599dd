-- name: files
-- All files of a run, as far as they are.
SELECT id, status FROM import_batch WHERE organization_id = $1 AND run_id = $2 AND reset_at IS NULL ORDER BY id

-- name: ended_files
-- A page of a run's files that are loaded or refused, by number in direction $3.
SELECT id FROM import_batch
WHERE organization_id = $1 AND run_id = $2 AND status IN ('completed', 'failed') AND reset_at IS NULL
ORDER BY id * $3::int LIMIT $4 OFFSET $5

-- name: count_ended_files
-- How many files of a run are loaded or refused.
SELECT count(*) FROM import_batch
WHERE organization_id = $1 AND run_id = $2 AND status IN ('completed', 'failed') AND reset_at IS NULL

-- name: record_ids
-- The records of which a batch wrote a version.
SELECT DISTINCT record.id FROM record JOIN import_batch AS batch
  ON batch.organization_id = record.organization_id AND batch.stream_id = record.stream_id
 AND batch.id = record.import_batch_id
WHERE record.organization_id = $1 AND batch.id = $2
  AND record.id BETWEEN batch.first_record_id AND batch.last_record_id
ORDER BY record.id

-- name: status
-- How far a file is, and why it was refused.
SELECT status, error FROM import_batch WHERE organization_id = $1 AND id = $2

-- name: delete
-- The file is none any more; its row stays for the records that name it.
UPDATE import_batch SET reset_at = $3 WHERE organization_id = $1 AND id = $2 AND reset_at IS NULL
RETURNING id
