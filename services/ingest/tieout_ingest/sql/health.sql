-- name: health
-- What a stream holds and when it last got a record; all of it counted as it came, or by an index.
SELECT records - deleted AS records_count, orphans AS orphan_records_count,
       batches.count AS import_batches_count, batches.loaded AS import_batches_record_sum,
       (SELECT arrived_at FROM record
        WHERE organization_id = $1 AND stream_id = $2 AND version = 1
        ORDER BY id DESC LIMIT 1) AS last_ingestion_at
FROM stream CROSS JOIN (
    SELECT count(*) AS count, coalesce(sum(accepted), 0)::bigint AS loaded FROM import_batch
    WHERE organization_id = $1 AND stream_id = $2 AND reset_at IS NULL
) AS batches
WHERE organization_id = $1 AND id = $2

-- name: health_of_bulk
-- How many bulk requests name the stream, by status, and those without progress since $3.
SELECT status, count(*) AS requests,
       count(*) FILTER (WHERE status = 'processing' AND last_progress_at < $3) AS stuck
FROM bulk_request
WHERE organization_id = $1 AND stream_ids @> ARRAY[$2::bigint] GROUP BY status
