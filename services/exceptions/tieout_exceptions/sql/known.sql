-- name: put_streams
-- Take over streams as their owner told them, when that is newer.
INSERT INTO stream AS known (organization_id, id, version, key, name)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[])
ON CONFLICT (organization_id, id) DO UPDATE
SET version = excluded.version, key = excluded.key, name = excluded.name
WHERE known.version < excluded.version

-- name: put_reconciliation
-- Take over a reconciliation as its owner told it, when that is newer.
INSERT INTO reconciliation AS known (organization_id, id, version, name, stream_ids)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (organization_id, id) DO UPDATE
SET version = excluded.version, name = excluded.name, stream_ids = excluded.stream_ids
WHERE known.version < excluded.version

-- name: find_stream
-- A stream that this service was told of.
SELECT id, version, key, name FROM stream WHERE organization_id = $1 AND id = $2

-- name: find_reconciliation
-- A reconciliation that this service was told of.
SELECT id, version, name, stream_ids FROM reconciliation WHERE organization_id = $1 AND id = $2
