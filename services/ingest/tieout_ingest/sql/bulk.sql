-- name: create_bulk_request
-- Up to a thousand records to be stored in the background.
INSERT INTO bulk_request (organization_id, source, on_conflict, status, stream_ids, total_items,
                          items, created_at, parent_bulk_request_id, indexes, traceparent)
VALUES ($1, 'bulk_api', $2, 'pending', $3, $4, $5, $6, $7, $8, $9) RETURNING id

-- name: bulk_request
-- One request as it is shown.
SELECT id, status, source, on_conflict, stream_ids, total_items, successful_items, failed_items,
       skipped_items, error_message, created_at, started_at, last_progress_at, completed_at,
       cancellation_requested_at, parent_bulk_request_id
FROM bulk_request WHERE organization_id = $1 AND id = $2

-- name: bulk_requests
-- A page of requests, newest first.
SELECT id, status, source, on_conflict, stream_ids, total_items, successful_items, failed_items,
       skipped_items, error_message, created_at, started_at, last_progress_at, completed_at,
       cancellation_requested_at, parent_bulk_request_id
FROM bulk_request
WHERE organization_id = $1 AND id < $2
  AND ($3::bigint IS NULL OR $3 = ANY(stream_ids))
  AND ($4::text IS NULL OR status = $4)
  AND ($5::text IS NULL OR source = $5)
  AND ($6::timestamptz IS NULL OR created_at >= $6)
  AND ($7::timestamptz IS NULL OR created_at < $7)
ORDER BY id DESC LIMIT $8

-- name: bulk_results
-- What became of a request's items, in their order.
SELECT index, status, record_id, error FROM bulk_result
WHERE organization_id = $1 AND bulk_request_id = $2 ORDER BY index LIMIT $3 OFFSET $4

-- name: bulk_in_work
-- Requests to process, oldest first.
SELECT organization_id, id, traceparent FROM bulk_request
WHERE status IN ('pending', 'processing') ORDER BY id LIMIT 20

-- name: try_own_bulk
-- Be the only one to process this request for as long as the session lives.
SELECT pg_try_advisory_lock(hashtextextended('ingest.bulk:' || $1::bigint, 0))

-- name: disown_bulk
-- Let another instance have it.
SELECT pg_advisory_unlock(hashtextextended('ingest.bulk:' || $1::bigint, 0))

-- name: begin_bulk
-- Count one more try; no row when it is done. $3: the last one does not count.
UPDATE bulk_request
SET status = 'processing', attempts = CASE WHEN $3 THEN 1 ELSE attempts + 1 END,
    started_at = coalesce(started_at, $4), last_progress_at = $4
WHERE organization_id = $1 AND id = $2 AND status IN ('pending', 'processing')
RETURNING attempts, on_conflict, items, indexes,
    cancellation_requested_at IS NOT NULL AS is_cancelled,
    ARRAY(SELECT index FROM bulk_result WHERE organization_id = $1 AND bulk_request_id = $2) AS done

-- name: add_bulk_results
-- What became of some items.
INSERT INTO bulk_result (organization_id, bulk_request_id, index, status, record_id, error)
SELECT $1, $2, * FROM unnest($3::int[], $4::text[], $5::bigint[], $6::text[])

-- name: count_bulk_results
-- Add them to the request's counts.
UPDATE bulk_request SET successful_items = successful_items + $3,
    failed_items = failed_items + $4, skipped_items = skipped_items + $5, last_progress_at = $6
WHERE organization_id = $1 AND id = $2

-- name: is_cancelled
-- Whether somebody asked it to stop.
SELECT cancellation_requested_at IS NOT NULL FROM bulk_request
WHERE organization_id = $1 AND id = $2

-- name: cancel_bulk
-- Ask a request that has not ended to stop; to ask again moves the time.
UPDATE bulk_request SET cancellation_requested_at = $3
WHERE organization_id = $1 AND id = $2 AND status IN ('pending', 'processing') RETURNING id

-- name: bulk_left
-- What a retry needs to know of a request, and which of its items succeeded.
SELECT status, on_conflict, items, indexes, ARRAY(
    SELECT index FROM bulk_result
    WHERE organization_id = $1 AND bulk_request_id = $2 AND status = 'successful') AS successful
FROM bulk_request WHERE organization_id = $1 AND id = $2

-- name: end_bulk
-- All items have a result, it was asked to stop, or it is given up ($4 says why).
UPDATE bulk_request SET status = $3, error_message = $4, completed_at = $5, last_progress_at = $5
WHERE organization_id = $1 AND id = $2
