-- name: add_endpoint
-- A new endpoint; its identifier.
INSERT INTO webhook_endpoint
    (organization_id, url, description, event_types, secret, created_at, told_from)
VALUES ($1, $2, $3, $4, $5, $6, $6) RETURNING webhook_endpoint_id

-- name: list_endpoints
-- An organisation's endpoints before an identifier, newest first.
SELECT webhook_endpoint_id AS id, url, description, event_types, status, disabled_reason,
       failing_since, earlier_until, created_at
FROM webhook_endpoint
WHERE deleted_at IS NULL AND ($1::bigint IS NULL OR webhook_endpoint_id < $1)
ORDER BY webhook_endpoint_id DESC LIMIT $2

-- name: show_endpoint
-- One endpoint of an organisation.
SELECT webhook_endpoint_id AS id, url, description, event_types, status, disabled_reason,
       failing_since, earlier_until, created_at
FROM webhook_endpoint WHERE webhook_endpoint_id = $1 AND deleted_at IS NULL

-- name: lock_endpoint
-- The same, and nobody else changes it until this transaction ends.
SELECT webhook_endpoint_id AS id, url, description, event_types, status, disabled_reason,
       failing_since, earlier_until, created_at
FROM webhook_endpoint WHERE webhook_endpoint_id = $1 AND deleted_at IS NULL FOR UPDATE

-- name: change_endpoint
-- Another address, description, choice of events or state; one that is changed fails no more,
-- and one that is enabled again is told of nothing that was before ($6).
UPDATE webhook_endpoint
SET url = $2, description = $3, event_types = $4, status = $5, disabled_reason = NULL,
    failing_since = NULL, told_from = CASE WHEN status = $5 THEN told_from ELSE $6 END
WHERE webhook_endpoint_id = $1

-- name: rotate_secret
-- Another secret; the one before it signs as well until $3.
UPDATE webhook_endpoint SET earlier_secret = secret, earlier_until = $3, secret = $2
WHERE webhook_endpoint_id = $1

-- name: delete_endpoint
-- From now on there is no such endpoint; what is left of it is removed later.
UPDATE webhook_endpoint SET deleted_at = $2 WHERE webhook_endpoint_id = $1

-- name: subscribers
-- Who is to be told of events of these organisations, over all of them.
SELECT organization_id, webhook_endpoint_id, event_types, told_from
FROM webhook_endpoint
WHERE organization_id = ANY($1::bigint[]) AND status = 'enabled' AND deleted_at IS NULL

-- name: told_from
-- Since when anybody at all is to be told; nothing while there is nobody.
SELECT min(told_from) FROM webhook_endpoint WHERE status = 'enabled' AND deleted_at IS NULL

-- name: note_failing
-- Remember since when nothing arrives at an endpoint.
UPDATE webhook_endpoint SET failing_since = $2
WHERE webhook_endpoint_id = $1 AND failing_since IS NULL

-- name: note_well
-- Something arrived.
UPDATE webhook_endpoint SET failing_since = NULL
WHERE webhook_endpoint_id = $1 AND failing_since IS NOT NULL

-- name: disable_endpoint
-- Send nothing more to it; where $3 is given, only if it has been failing since before that.
UPDATE webhook_endpoint SET status = 'disabled', disabled_reason = $2
WHERE webhook_endpoint_id = $1 AND status = 'enabled' AND deleted_at IS NULL
  AND ($3::timestamptz IS NULL OR failing_since <= $3)
RETURNING webhook_endpoint_id AS id, url, description, event_types, status, disabled_reason,
          failing_since, earlier_until, created_at

-- name: forget_endpoints
-- Remove deleted endpoints that nothing is left of.
DELETE FROM webhook_endpoint
WHERE deleted_at < $1 AND NOT EXISTS (
    SELECT 1 FROM webhook_delivery
    WHERE webhook_delivery.webhook_endpoint_id = webhook_endpoint.webhook_endpoint_id)
