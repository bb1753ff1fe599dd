-- name: lock
-- One request per scope at a time; another one is in flight when this is false.
SELECT pg_try_advisory_xact_lock(hashtextextended($1, 7))

-- name: find
-- The earlier request of this scope, younger than the horizon.
SELECT fingerprint, status, body, operation_id FROM idempotency_key
WHERE organization_id = $1 AND account_id = $2 AND method = $3 AND route = $4 AND key = $5
  AND created_at > $6

-- name: store
-- Keep the answer (or the operation that will have it) with the effect; an expired one yields.
INSERT INTO idempotency_key
    (organization_id, account_id, method, route, key, fingerprint, status, body, operation_id, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (organization_id, account_id, method, route, key) DO UPDATE
SET fingerprint = excluded.fingerprint, status = excluded.status, body = excluded.body,
    operation_id = excluded.operation_id, created_at = excluded.created_at

-- name: complete
-- Fix the answer of the request that started an operation.
UPDATE idempotency_key SET status = $2, body = $3
WHERE operation_id = $1 AND organization_id = $4

-- name: release
-- The operation was refused: the key may be used again.
DELETE FROM idempotency_key WHERE operation_id = $1 AND organization_id = $2

-- name: service
-- Which service this is: its schema has its name.
SELECT current_schema()
