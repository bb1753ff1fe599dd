-- name: lock_stream
-- One writer at a time in a stream: chunks, posts, route changes and backfills take turns.
SELECT pg_advisory_xact_lock(hashtextextended('ingest.stream:' || $1::bigint, 0))

-- name: take_positions
-- The next numbers, rising.
SELECT array_agg(nextval('record_position')) FROM generate_series(1, $1)

-- name: insert_records
-- A few records at once: cheaper than COPY below some fifty.
INSERT INTO record (organization_id, stream_id, id, version, position, identity, import_batch_id,
                    bulk_request_id, source, line, arrived_at, fields, raw, account_id, change)
SELECT one.*, $14, $15 FROM unnest(
    $1::bigint[], $2::bigint[], $3::bigint[], $4::int[], $5::bigint[], $6::text[], $7::bigint[],
    $8::bigint[], $9::text[], $10::int[], $11::timestamptz[], $12::bytea[], $13::bytea[]) AS one

-- name: known_identities
-- The latest version of each record that has one of these identities in the stream, what its source
-- reported last, the version that is being asked for, and whether all up to it are being withdrawn.
SELECT first.identity, latest.id, latest.version, latest.fields, latest.change,
       reported.fields AS reported, asked.version AS asked,
       latest.change IS DISTINCT FROM 'deletion' AND latest.position <= (
           SELECT up_to FROM stream_operation
           WHERE organization_id = $1 AND stream_id = $2 AND status IN ('pending', 'running')
       ) AS leaving
FROM unnest($3::text[]) AS wanted (identity)
JOIN record AS first ON first.organization_id = $1 AND first.stream_id = $2
     AND first.identity = wanted.identity AND (first.version = 1 OR first.renames)
CROSS JOIN LATERAL (
    SELECT id, version, fields, change, position FROM record
    WHERE organization_id = $1 AND stream_id = $2 AND id = first.id
    ORDER BY version DESC LIMIT 1
) AS latest
LEFT JOIN LATERAL (
    SELECT fields FROM record
    WHERE organization_id = $1 AND stream_id = $2 AND id = first.id AND change IS NULL
      AND latest.change IS NOT NULL
    ORDER BY version DESC LIMIT 1
) AS reported ON true
LEFT JOIN record_change AS asked ON asked.organization_id = $1 AND asked.record_id = first.id
     AND asked.state = 'pending'

-- name: ids_of_identity
-- The records, one a stream at most, that have or had this identity.
SELECT found.id FROM stream CROSS JOIN LATERAL (
    SELECT record.id FROM record
    WHERE record.organization_id = $1 AND record.stream_id = stream.id
      AND record.identity = $2 AND (record.version = 1 OR record.renames) OFFSET 0
) AS found (id)
WHERE stream.organization_id = $1

-- name: records_by_id
-- Records by number that pass the other filters, newest first; of each the latest version, or
-- with $4 or $5 the one that this import batch or bulk request brought, as corrected since.
-- OFFSET 0, here and below: each is looked up by its whole key; a planner that takes a stream just
-- loaded for empty would read all of it, or compare all with all.
SELECT id, version, stream_id, data_stream_key, import_batch_id, bulk_request_id, source, fields,
       arrived_at
FROM (
    SELECT DISTINCT ON (record.id) record.id, record.version, record.stream_id,
           stream.key AS data_stream_key, record.import_batch_id, record.bulk_request_id,
           record.source, record.fields, record.arrived_at, record.change
    FROM stream CROSS JOIN unnest($2::bigint[]) AS wanted (id)
    CROSS JOIN LATERAL (
        SELECT * FROM record
        WHERE organization_id = $1 AND stream_id = stream.id AND id = wanted.id OFFSET 0
    ) AS record
    WHERE stream.organization_id = $1
      AND ($3::bigint[] IS NULL OR stream.id = ANY($3))
      AND ($4::bigint IS NULL OR record.import_batch_id = $4)
      AND ($5::bigint IS NULL OR record.bulk_request_id = $5)
      AND record.id < $9
    ORDER BY record.id DESC, record.version DESC
) AS latest
WHERE change IS DISTINCT FROM 'deletion'
  AND ($6::text IS NULL OR source = $6)
  AND ($7::timestamptz IS NULL OR arrived_at >= $7)
  AND ($8::timestamptz IS NULL OR arrived_at < $8)
ORDER BY id DESC LIMIT $10 OFFSET $11

-- name: records_between
-- As records_by_id, for all records numbered from $2 to below $9: a page of each stream's index.
SELECT page.id, page.version, page.stream_id, stream.key AS data_stream_key,
       page.import_batch_id, page.bulk_request_id, page.source, page.fields, page.arrived_at
FROM stream CROSS JOIN LATERAL (
    SELECT record.id, record.version, record.stream_id, record.import_batch_id,
           record.bulk_request_id, record.source, record.fields, record.arrived_at
    FROM record
    WHERE record.organization_id = $1 AND record.stream_id = stream.id
      AND record.id >= $2 AND record.id < $9 AND record.change IS DISTINCT FROM 'deletion'
      AND ($4::bigint IS NULL OR record.import_batch_id = $4)
      AND ($5::bigint IS NULL OR record.bulk_request_id = $5)
      AND ($6::text IS NULL OR record.source = $6)
      AND ($7::timestamptz IS NULL OR record.arrived_at >= $7)
      AND ($8::timestamptz IS NULL OR record.arrived_at < $8)
      AND NOT EXISTS (
          SELECT FROM record AS newer
          WHERE newer.organization_id = $1 AND newer.stream_id = stream.id
            AND newer.id = record.id AND newer.version > record.version
            AND ($4 IS NULL OR newer.import_batch_id = $4)
            AND ($5 IS NULL OR newer.bulk_request_id = $5) OFFSET 0)
    ORDER BY record.id DESC LIMIT $10::bigint + $11::bigint
) AS page
WHERE stream.organization_id = $1 AND ($3::bigint[] IS NULL OR stream.id = ANY($3))
ORDER BY page.id DESC LIMIT $10 OFFSET $11
