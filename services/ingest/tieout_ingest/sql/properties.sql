-- name: add_definition
-- A new property of a stream; no row when the stream has this key.
INSERT INTO property_definition (organization_id, stream_id, key, name, type, optional, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT ON CONSTRAINT property_key_taken DO NOTHING RETURNING id

-- name: definitions
-- The properties of one stream ($2) or one of them ($3), oldest first.
SELECT definition.id, definition.key, definition.name, definition.type, definition.optional,
       stream.key AS data_stream_key
FROM property_definition AS definition
JOIN stream ON stream.organization_id = $1 AND stream.id = definition.stream_id
WHERE definition.organization_id = $1
  AND ($2::bigint IS NULL OR definition.stream_id = $2)
  AND ($3::bigint IS NULL OR definition.id = $3)
ORDER BY definition.id

-- name: change_definition
-- What is null stays.
UPDATE property_definition SET name = coalesce($3, name), optional = coalesce($4, optional)
WHERE organization_id = $1 AND id = $2

-- name: remove_definition
-- It is demanded no more.
DELETE FROM property_definition WHERE organization_id = $1 AND id = $2

-- name: demanded
-- What these (organisation, stream) pairs demand of records.
SELECT stream_id, key, name, type, optional
FROM unnest($1::bigint[], $2::bigint[]) AS asked (organization_id, stream_id)
JOIN property_definition USING (organization_id, stream_id) ORDER BY stream_id, id
