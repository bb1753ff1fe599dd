-- name: references
-- What evidence with these numbers says that it is for. Asked by itself: in one statement with the
-- cases a planner that takes a new organisation for empty would compare all with all.
SELECT DISTINCT reference FROM case_evidence
WHERE organization_id = $1 AND record_id = ANY ($2::bigint[]) AND reference IS NOT NULL

-- name: cases
-- The cases of these intents or references, and those whose matches are named or hold these.
WITH wanted AS (
    SELECT unnest($2::bigint[]) AS record_id
    UNION SELECT record_id FROM payment_case
    WHERE organization_id = $1 AND external_reference = ANY ($3::text[])
    UNION SELECT record_id FROM case_match WHERE organization_id = $1 AND match_id = ANY ($4::bigint[])
    UNION SELECT record_id FROM case_match WHERE organization_id = $1 AND evidence ?| $5::text[]
)
SELECT own.* FROM wanted JOIN payment_case AS own
    ON own.organization_id = $1 AND own.record_id = wanted.record_id

-- name: intents
-- The intents with these numbers.
SELECT * FROM payment_intent WHERE organization_id = $1 AND record_id = ANY ($2::bigint[])

-- name: matches
-- The matches that hold these intents.
SELECT * FROM case_match WHERE organization_id = $1 AND record_id = ANY ($2::bigint[])

-- name: evidence
-- Evidence with these numbers or references.
SELECT * FROM case_evidence WHERE organization_id = $1 AND record_id = ANY ($2::bigint[])
UNION
SELECT * FROM case_evidence WHERE organization_id = $1 AND reference = ANY ($3::text[])

-- name: case_ids
-- So many new numbers of cases.
SELECT nextval('case_id') FROM generate_series(1, $1)

-- name: put_intents
-- Write intents as the newest outcome tells of them.
INSERT INTO payment_intent (organization_id, record_id, version, external_reference, fields,
                            created_at, updated_at)
SELECT $1, * FROM unnest($2::bigint[], $3::int[], $4::text[], $5::bytea[], $6::timestamptz[],
                         $7::timestamptz[])
ON CONFLICT (organization_id, record_id) DO UPDATE
SET version = excluded.version, external_reference = excluded.external_reference,
    fields = excluded.fields, created_at = excluded.created_at, updated_at = excluded.updated_at

-- name: put_cases
-- Write cases that changed.
INSERT INTO payment_case (organization_id, reconciliation_id, id, record_id, external_reference,
                          status, reconciliation_status, withdrawn, notes, reconciled_at,
                          last_run_at, created_at, updated_at, version)
SELECT $1, $2, * FROM unnest($3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[],
    $8::boolean[], $9::text[], $10::timestamptz[], $11::timestamptz[], $12::timestamptz[],
    $13::timestamptz[], $14::int[])
ON CONFLICT (organization_id, id) DO UPDATE
SET external_reference = excluded.external_reference, status = excluded.status,
    reconciliation_status = excluded.reconciliation_status, withdrawn = excluded.withdrawn,
    notes = excluded.notes, reconciled_at = excluded.reconciled_at,
    last_run_at = excluded.last_run_at, updated_at = excluded.updated_at,
    version = excluded.version

-- name: put_evidence
-- Write evidence as the newest outcome tells of it.
INSERT INTO case_evidence (organization_id, record_id, version, stream_id, reference, fields,
                           received_at)
SELECT $1, * FROM unnest($2::bigint[], $3::int[], $4::bigint[], $5::text[], $6::bytea[],
                         $7::timestamptz[])
ON CONFLICT (organization_id, record_id) DO UPDATE
SET version = excluded.version, reference = excluded.reference, fields = excluded.fields

-- name: remove_evidence
-- Forget evidence that is no more.
DELETE FROM case_evidence WHERE organization_id = $1 AND record_id = ANY ($2::bigint[])

-- name: put_matches
-- Write matches: a suggested one may become accepted.
INSERT INTO case_match (organization_id, record_id, match_id, status, kind, doubt, score, rule_id,
                        rule_version, own_minor, intents, evidence, adjustments, decided_at)
SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::int[],
    $8::bigint[], $9::int[], $10::numeric[], $11::int[], $12::jsonb[], $13::jsonb[],
    $14::timestamptz[])
ON CONFLICT (organization_id, record_id, match_id) DO UPDATE
SET status = excluded.status, kind = excluded.kind, doubt = excluded.doubt, score = excluded.score,
    rule_id = excluded.rule_id, rule_version = excluded.rule_version,
    own_minor = excluded.own_minor, intents = excluded.intents, evidence = excluded.evidence,
    adjustments = excluded.adjustments, decided_at = excluded.decided_at

-- name: remove_matches
-- Forget matches that hold no more.
DELETE FROM case_match USING unnest($2::bigint[], $3::bigint[]) AS gone (record_id, match_id)
WHERE organization_id = $1 AND case_match.record_id = gone.record_id
  AND case_match.match_id = gone.match_id

-- name: add_events
-- Add to what happened to cases, in this order.
INSERT INTO case_event (organization_id, case_id, intent_id, raw_record_id, event_type, actor,
                        payload, message, occurred_at)
SELECT $1, told.case_id, told.intent_id, told.raw_record_id, told.event_type, told.actor,
       told.payload, told.message, told.occurred_at
FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::jsonb[],
            $8::text[], $9::timestamptz[])
    WITH ORDINALITY AS told (case_id, intent_id, raw_record_id, event_type, actor, payload,
                             message, occurred_at, place)
ORDER BY told.place
