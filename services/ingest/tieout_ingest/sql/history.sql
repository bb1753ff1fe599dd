-- name: latest
-- The latest version of a record, whatever it is, and whether another one is being asked for.
SELECT record.id, record.stream_id, record.version, record.identity, source, import_batch_id,
       bulk_request_id, record.change, record.fields, asked.id IS NOT NULL AS is_changing
FROM stream JOIN record ON record.organization_id = $1 AND record.stream_id = stream.id
     AND record.id = $2
LEFT JOIN record_change AS asked ON asked.organization_id = $1 AND asked.record_id = $2
     AND asked.state = 'pending'
WHERE stream.organization_id = $1
ORDER BY record.version DESC LIMIT 1

-- name: other_of_identity
-- Another record of the stream that has or had this identity.
SELECT id FROM record
WHERE organization_id = $1 AND stream_id = $2 AND identity = $3 AND (version = 1 OR renames)
  AND id <> $4

-- name: claim_identity
-- A version that gives its record an identity that no record has or had keeps it for that record.
UPDATE record SET renames = true
WHERE organization_id = $1 AND stream_id = $2 AND id = $3 AND version = $4 AND NOT EXISTS (
    SELECT FROM record AS held
    WHERE held.organization_id = $1 AND held.stream_id = $2 AND held.identity = record.identity
      AND (held.version = 1 OR held.renames))

-- name: versions
-- All versions of a record, the first one first.
SELECT record.version, change, account_id, source, import_batch_id, bulk_request_id, fields,
       arrived_at
FROM stream JOIN record ON record.organization_id = $1 AND record.stream_id = stream.id
     AND record.id = $2
WHERE stream.organization_id = $1 ORDER BY record.version
