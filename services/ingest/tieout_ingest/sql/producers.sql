-- name: create_producer
-- An upstream system that may publish into these streams.
INSERT INTO producer (organization_id, name, public_key, stream_ids, created_at)
VALUES ($1, $2, $3, $4, $5) RETURNING id

-- name: producers
-- Those who claim to have published a delivery.
SELECT id, organization_id, public_key, stream_ids FROM producer WHERE id = ANY($1::bigint[])
