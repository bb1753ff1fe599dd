-- name: entries
-- Overdue entries of these records.
SELECT record_id, version, stream_id, side, signed_minor, exponent, currency, direction, date,
       description, counterparty, external_id, reference, overdue_at, partial, overdue_seq
FROM overdue_entry
WHERE organization_id = $1 AND reconciliation_id = $2 AND record_id = ANY($3::bigint[])

-- name: suggestions
-- What is suggested for these records.
SELECT record_id, match_id, candidates FROM suggestion
WHERE organization_id = $1 AND reconciliation_id = $2 AND record_id = ANY($3::bigint[])

-- name: mismatches
-- Breaks of mismatches with these records on either side that an outcome may still resolve.
SELECT * FROM break
WHERE organization_id = $1 AND reconciliation_id = $2
  AND mismatch_with IS NOT NULL AND resolved_seq IS NULL
  AND (record_id = ANY($3::bigint[]) OR mismatch_with = ANY($3::bigint[]))

-- name: breaks
-- The breaks of these records.
SELECT * FROM break
WHERE organization_id = $1 AND reconciliation_id = $2 AND record_id = ANY($3::bigint[])

-- name: operations
-- Operations by their numbers.
SELECT * FROM operation WHERE organization_id = $1 AND id = ANY($2::bigint[])

-- name: slices
-- Of each stream: how far dismissed buckets cover, how many entries are left to show.
SELECT wanted.stream_id, covered.until AS covered_until, open.shown, open.latest_seq
FROM unnest($3::bigint[]) AS wanted (stream_id)
CROSS JOIN LATERAL (
    SELECT coalesce(max(closed_seq), 0) AS until FROM bucket
    WHERE organization_id = $1 AND reconciliation_id = $2 AND stream_id = wanted.stream_id
      AND status = 'dismissed' AND deleted_at IS NULL
) AS covered
CROSS JOIN LATERAL (
    SELECT count(*) AS shown, coalesce(max(overdue_seq), 0) AS latest_seq FROM overdue_entry
    WHERE organization_id = $1 AND reconciliation_id = $2 AND stream_id = wanted.stream_id
      AND overdue_seq > covered.until
) AS open

-- name: slice_buckets
-- Of each stream: the live bucket, and the one that last ceased to be live (deleted ones count).
SELECT DISTINCT ON (stream_id, status IN ('open', 'investigating') AND deleted_at IS NULL) *
FROM bucket
WHERE organization_id = $1 AND reconciliation_id = $2 AND stream_id = ANY($3::bigint[])
ORDER BY stream_id, status IN ('open', 'investigating') AND deleted_at IS NULL, changed_seq DESC

-- name: break_ids
-- Draw numbers for new breaks.
SELECT nextval('break_id') FROM generate_series(1, $1::int)

-- name: bucket_ids
-- Draw numbers for new buckets.
SELECT nextval('bucket_id') FROM generate_series(1, $1::int)

-- name: remove_entries
-- Forget entries that are overdue no longer.
DELETE FROM overdue_entry
WHERE organization_id = $1 AND reconciliation_id = $2 AND record_id = ANY($3::bigint[])

-- name: put_entries
-- Keep entries that are overdue.
INSERT INTO overdue_entry AS kept
    (organization_id, reconciliation_id, record_id, version, stream_id, side, signed_minor,
     exponent, currency, direction, date, description, counterparty, external_id, reference,
     overdue_at, partial, overdue_seq)
SELECT $1, $2, entry.*
FROM unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::numeric[], $8::int[],
            $9::text[], $10::text[], $11::date[], $12::text[], $13::text[], $14::text[],
            $15::text[], $16::timestamptz[], $17::boolean[], $18::bigint[]) AS entry
ON CONFLICT (organization_id, reconciliation_id, record_id) DO UPDATE
SET version = excluded.version, stream_id = excluded.stream_id, side = excluded.side,
    signed_minor = excluded.signed_minor, exponent = excluded.exponent,
    currency = excluded.currency, direction = excluded.direction, date = excluded.date,
    description = excluded.description, counterparty = excluded.counterparty,
    external_id = excluded.external_id, reference = excluded.reference,
    overdue_at = excluded.overdue_at, partial = excluded.partial,
    overdue_seq = excluded.overdue_seq

-- name: remove_suggestions
-- Forget suggestions that are decided.
DELETE FROM suggestion
WHERE organization_id = $1 AND reconciliation_id = $2 AND record_id = ANY($3::bigint[])

-- name: put_suggestions
-- Keep what is suggested; a later suggestion takes the place of an earlier one.
INSERT INTO suggestion (organization_id, reconciliation_id, record_id, match_id, candidates)
SELECT $1, $2, one.* FROM unnest($3::bigint[], $4::bigint[], $5::int[]) AS one
ON CONFLICT (organization_id, reconciliation_id, record_id) DO UPDATE
SET match_id = excluded.match_id, candidates = excluded.candidates

-- name: put_breaks
-- Keep breaks, new and changed.
INSERT INTO break
    (organization_id, id, reconciliation_id, record_id, stream_id, status, reason_code, reason,
     amount_minor, exponent, currency, overdue_at, created_at, updated_at, due_at, resolved_at,
     assigned_to, external_system, external_issue_id, resolution_type, resolution_reason,
     resolution_notes, match_id, operation_id, reopened_count, told_code, told_reason,
     mismatch_code, mismatch_reason, mismatch_with, suggested_match_id, resolved_seq, version)
SELECT $1, one.*
FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::text[],
            $8::text[], $9::numeric[], $10::int[], $11::text[], $12::timestamptz[],
            $13::timestamptz[], $14::timestamptz[], $15::timestamptz[], $16::timestamptz[],
            $17::text[], $18::text[], $19::text[], $20::text[], $21::text[], $22::text[],
            $23::bigint[], $24::bigint[], $25::int[], $26::text[], $27::text[], $28::text[],
            $29::text[], $30::bigint[], $31::bigint[], $32::bigint[], $33::int[]) AS one
ON CONFLICT (organization_id, id) DO UPDATE
SET status = excluded.status, assigned_to = excluded.assigned_to,
    reason_code = excluded.reason_code, reason = excluded.reason,
    amount_minor = excluded.amount_minor, exponent = excluded.exponent,
    currency = excluded.currency, overdue_at = excluded.overdue_at,
    updated_at = excluded.updated_at, resolved_at = excluded.resolved_at,
    resolution_type = excluded.resolution_type, resolution_reason = excluded.resolution_reason,
    resolution_notes = excluded.resolution_notes, match_id = excluded.match_id,
    operation_id = excluded.operation_id, reopened_count = excluded.reopened_count,
    told_code = excluded.told_code, told_reason = excluded.told_reason,
    mismatch_code = excluded.mismatch_code, mismatch_reason = excluded.mismatch_reason,
    mismatch_with = excluded.mismatch_with, suggested_match_id = excluded.suggested_match_id,
    external_system = excluded.external_system, external_issue_id = excluded.external_issue_id,
    resolved_seq = excluded.resolved_seq, version = excluded.version

-- name: put_buckets
-- Keep buckets, new and changed; a second live one of a slice breaks `bucket_one_live`.
INSERT INTO bucket
    (organization_id, reconciliation_id, id, stream_id, title, description, status, made_by,
     status_by, created_at, updated_at, opened_at, closed_at, closed_seq, changed_seq, deleted_at,
     version)
SELECT $1, $2, one.*
FROM unnest($3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[],
            $9::text[], $10::timestamptz[], $11::timestamptz[], $12::timestamptz[],
            $13::timestamptz[], $14::bigint[], $15::bigint[], $16::timestamptz[], $17::int[])
    AS one
ON CONFLICT (organization_id, id) DO UPDATE
SET title = excluded.title, description = excluded.description, status = excluded.status,
    status_by = excluded.status_by, updated_at = excluded.updated_at,
    opened_at = excluded.opened_at, closed_at = excluded.closed_at,
    closed_seq = excluded.closed_seq, changed_seq = excluded.changed_seq,
    deleted_at = excluded.deleted_at, version = excluded.version

-- name: settle_operations
-- Keep what became of pending operations.
UPDATE operation
SET state = settled.state, match_id = settled.match_id, refusal_code = settled.refusal_code,
    refusal_message = settled.refusal_message, updated_at = settled.updated_at,
    answer = settled.answer
FROM unnest($2::bigint[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::timestamptz[],
            $8::bytea[])
    AS settled (id, state, match_id, refusal_code, refusal_message, updated_at, answer)
WHERE operation.organization_id = $1 AND operation.id = settled.id
