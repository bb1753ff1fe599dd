-- name: add_deliveries
-- What is to be sent; an event that an endpoint was to be told before is left as it is.
INSERT INTO webhook_delivery (organization_id, webhook_endpoint_id, event_id, event_type,
                              webhook_id, payload, due_at, created_at)
SELECT organization_id, webhook_endpoint_id, event_id, event_type, webhook_id, payload, $7, $7
FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[])
    AS told (organization_id, webhook_endpoint_id, event_id, event_type, webhook_id, payload)
ON CONFLICT (webhook_endpoint_id, event_id) DO NOTHING

-- name: claim_deliveries
-- What is due, oldest first, for each endpoint no more than it has places left; ours until $2.
WITH due AS (
    SELECT chosen.webhook_delivery_id
    FROM webhook_endpoint
    LEFT JOIN unnest($3::bigint[], $4::int[]) AS busy (webhook_endpoint_id, sending)
        USING (webhook_endpoint_id)
    CROSS JOIN LATERAL (
        SELECT webhook_delivery_id FROM webhook_delivery
        WHERE webhook_delivery.webhook_endpoint_id = webhook_endpoint.webhook_endpoint_id
          AND webhook_delivery.status = 'pending' AND due_at <= $1
        ORDER BY due_at LIMIT greatest($5 - coalesce(sending, 0), 0)
        FOR UPDATE SKIP LOCKED
    ) AS chosen
    WHERE webhook_endpoint.status = 'enabled' AND deleted_at IS NULL
    LIMIT $6
)
UPDATE webhook_delivery SET due_at = $2
FROM due, webhook_endpoint
WHERE webhook_delivery.webhook_delivery_id = due.webhook_delivery_id
  AND webhook_endpoint.webhook_endpoint_id = webhook_delivery.webhook_endpoint_id
RETURNING webhook_delivery.organization_id, webhook_delivery.webhook_delivery_id,
          webhook_delivery.webhook_endpoint_id, event_type, webhook_id, payload, attempts, url,
          secret, earlier_secret, earlier_until, failing_since

-- name: settle_delivery
-- What became of an attempt.
UPDATE webhook_delivery
SET status = $2::text, due_at = $3, attempts = attempts + 1, last_attempt_at = $4::timestamptz,
    last_status_code = $5, last_error = $6, named_issue = coalesce($7, named_issue),
    delivered_at = CASE WHEN $2::text = 'delivered' THEN $4::timestamptz END
WHERE webhook_delivery_id = $1 AND status = 'pending'

-- name: named_issues
-- Issues that answers named and exceptions is still to be told of, oldest first.
SELECT organization_id, webhook_delivery_id, webhook_endpoint_id, webhook_id, payload,
       named_issue AS issue
FROM webhook_delivery WHERE named_issue IS NOT NULL ORDER BY webhook_delivery_id LIMIT $1

-- name: forget_issues
-- They are told; what another answer named meanwhile stays.
UPDATE webhook_delivery SET named_issue = NULL
FROM unnest($1::bigint[], $2::text[]) AS told (webhook_delivery_id, issue)
WHERE webhook_delivery.webhook_delivery_id = told.webhook_delivery_id AND named_issue = issue

-- name: list_deliveries
-- An organisation's deliveries before an identifier, newest first; none of a deleted endpoint.
SELECT webhook_delivery_id AS id, webhook_endpoint_id, event_type, webhook_id, status, attempts,
       due_at, created_at, last_attempt_at, last_status_code, last_error, delivered_at
FROM webhook_delivery AS delivery
WHERE ($1::bigint IS NULL OR webhook_delivery_id < $1)
  AND ($2::bigint IS NULL OR webhook_endpoint_id = $2)
  AND ($3::text IS NULL OR status = $3) AND ($4::text IS NULL OR event_type = $4)
  AND (SELECT deleted_at IS NULL FROM webhook_endpoint
       WHERE webhook_endpoint.webhook_endpoint_id = delivery.webhook_endpoint_id)
ORDER BY webhook_delivery_id DESC LIMIT $5

-- name: show_delivery
-- One delivery of an organisation, with what is sent.
SELECT webhook_delivery_id AS id, webhook_endpoint_id, event_type, webhook_id, payload, status,
       attempts, due_at, created_at, last_attempt_at, last_status_code, last_error, delivered_at
FROM webhook_delivery AS delivery
WHERE webhook_delivery_id = $1
  AND (SELECT deleted_at IS NULL FROM webhook_endpoint
       WHERE webhook_endpoint.webhook_endpoint_id = delivery.webhook_endpoint_id)

-- name: replay_delivery
-- Send it (once more) now, with all its attempts before it.
UPDATE webhook_delivery
SET status = 'pending', due_at = $2, attempts = 0, delivered_at = NULL
WHERE webhook_delivery_id = $1

-- name: forget_deliveries
-- Remove a part of what ended long ago or has waited so long for a disabled endpoint, and of what
-- deleted endpoints leave; how many.
WITH gone AS (
    DELETE FROM webhook_delivery WHERE webhook_delivery_id IN (
        (SELECT webhook_delivery_id FROM webhook_delivery AS delivery
         WHERE created_at < $1 AND (status <> 'pending' OR (
             SELECT webhook_endpoint.status = 'disabled' FROM webhook_endpoint
             WHERE webhook_endpoint.webhook_endpoint_id = delivery.webhook_endpoint_id))
         LIMIT $2)
        UNION ALL
        (SELECT webhook_delivery_id
         FROM webhook_endpoint JOIN webhook_delivery USING (webhook_endpoint_id)
         WHERE deleted_at IS NOT NULL LIMIT $2))
    RETURNING 1
)
SELECT count(*) FROM gone
