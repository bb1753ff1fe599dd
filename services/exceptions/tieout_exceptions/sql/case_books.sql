-- name: find_book
-- The reconciliation of an organisation that makes cases.
SELECT organization_id, reconciliation_id, intent_stream_id, provider_stream_id, chain_stream_id,
       bank_stream_id, file_stream_id, created_at
FROM case_book WHERE organization_id = $1

-- name: add_book
-- Keep the reconciliation that makes cases; the first one stays.
INSERT INTO case_book (organization_id, reconciliation_id, intent_stream_id, provider_stream_id,
                       chain_stream_id, bank_stream_id, file_stream_id, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING

-- name: add_intent
-- Keep an intent as ingest took it; what an outcome told of it meanwhile stays.
INSERT INTO payment_intent (organization_id, record_id, version, external_reference, fields,
                            created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT DO NOTHING

-- name: intents
-- A page of intents, newest first, each with how its case stands.
SELECT intent.*, own.reconciliation_status, coalesce(own.withdrawn, false) AS withdrawn
FROM payment_intent AS intent
LEFT JOIN payment_case AS own
    ON own.organization_id = intent.organization_id AND own.record_id = intent.record_id
WHERE intent.organization_id = $1
  AND ($2::text IS NULL OR intent.external_reference = $2)
  AND ($3::bigint IS NULL OR intent.record_id = $3)
  AND ($4::bigint IS NULL OR intent.record_id < $4)
ORDER BY intent.record_id DESC LIMIT $5
