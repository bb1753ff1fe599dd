-- name: create_stream
-- A new stream; no row when the organisation has this key.
INSERT INTO stream (organization_id, key, name, description, type, profile, expected_days,
                    arrival_grace_seconds, overlap, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (organization_id, key) WHERE deleted_at IS NULL DO NOTHING
RETURNING organization_id, id, key, name, description, type, profile, expected_days,
          arrival_grace_seconds, overlap, version, created_at

-- name: stream_by_key
-- One stream of an organisation.
SELECT organization_id, id, key, name, description, type, profile, expected_days,
       arrival_grace_seconds, overlap, version, created_at
FROM stream WHERE organization_id = $1 AND key = $2 AND closed_at IS NULL

-- name: stream_by_id
-- One stream of an organisation; $3: also one that is deleted.
SELECT organization_id, id, key, name, description, type, profile, expected_days,
       arrival_grace_seconds, overlap, version, created_at
FROM stream WHERE organization_id = $1 AND id = $2 AND (closed_at IS NULL OR $3)

-- name: streams
-- All streams of an organisation, oldest first.
SELECT organization_id, id, key, name, description, type, profile, expected_days,
       arrival_grace_seconds, overlap, version, created_at
FROM stream WHERE organization_id = $1 AND closed_at IS NULL ORDER BY id

-- name: lock_stream_row
-- One stream of an organisation, for whoever changes what it says.
SELECT organization_id, id, key, name, description, type, profile, expected_days,
       arrival_grace_seconds, overlap, version, created_at
FROM stream WHERE organization_id = $1 AND key = $2 AND closed_at IS NULL FOR NO KEY UPDATE

-- name: change_stream
-- A stream says something else from now on.
UPDATE stream SET name = $3, description = $4, profile = $5, expected_days = $6,
    arrival_grace_seconds = $7, overlap = $8, version = version + 1
WHERE organization_id = $1 AND id = $2
RETURNING organization_id, id, key, name, description, type, profile, expected_days,
          arrival_grace_seconds, overlap, version, created_at

-- name: streams_by_keys
-- The streams that (organisation, key) pairs name.
SELECT stream.organization_id, id, stream.key, name, description, type, profile, expected_days,
       arrival_grace_seconds, overlap, version, created_at
FROM unnest($1::bigint[], $2::text[]) AS wanted (organization_id, key)
JOIN stream ON stream.organization_id = wanted.organization_id AND stream.key = wanted.key
     AND closed_at IS NULL
