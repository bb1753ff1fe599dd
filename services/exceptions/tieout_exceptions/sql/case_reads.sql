-- name: page
-- Cases that pass the filters, newest first, each with its intent and the reason of its open break.
SELECT own.*, intent.version AS intent_version, intent.fields,
       intent.created_at AS intent_created_at, intent.updated_at AS intent_updated_at,
       wrong.reason_code
FROM payment_case AS own
JOIN payment_intent AS intent
    ON intent.organization_id = own.organization_id AND intent.record_id = own.record_id
LEFT JOIN break AS wrong
    ON wrong.organization_id = own.organization_id AND wrong.record_id = own.record_id
   AND wrong.reconciliation_id = own.reconciliation_id AND wrong.status <> 'RESOLVED'
WHERE own.organization_id = $1
  AND ($2::bigint IS NULL OR own.id = $2)
  AND ($3::text IS NULL OR own.status = $3)
  AND ($4::text IS NULL OR own.reconciliation_status = $4)
  AND ($5::text IS NULL OR own.external_reference = $5)
  AND ($6::timestamptz IS NULL OR own.created_at >= $6)
  AND ($7::timestamptz IS NULL OR own.created_at < $7)
  AND ($8::bigint IS NULL OR own.id < $8)
ORDER BY own.id DESC LIMIT $9

-- name: events
-- What happened to these cases, in order.
SELECT id, case_id, intent_id, raw_record_id, event_type, actor, payload, message, occurred_at
FROM case_event WHERE organization_id = $1 AND case_id = ANY ($2::bigint[]) ORDER BY id
