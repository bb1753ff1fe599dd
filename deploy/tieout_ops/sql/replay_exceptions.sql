-- What is compared of a projection, live and replayed.

-- name: applied
-- How far the live projection is.
SELECT applied_seq FROM exceptions.projection WHERE organization_id = $1 AND reconciliation_id = $2

-- name: people
-- Breaks that a person's operation changed, and those resolved before that was numbered: of
-- `carried` ones only the entry follows from outcomes, of the others also whether it is resolved.
SELECT wrong.record_id,
       bool_or(wrong.resolved_seq = 0 OR asked.residual_treatment = 'carry') IS TRUE AS carried
FROM exceptions.break AS wrong
LEFT JOIN exceptions.operation AS asked
     ON asked.organization_id = wrong.organization_id AND asked.break_id = wrong.id
WHERE wrong.organization_id = $1 AND wrong.reconciliation_id = $2
  AND (asked.id IS NOT NULL OR wrong.resolved_seq = 0)
GROUP BY wrong.record_id

-- name: lines
-- Every row of one projection that follows from outcomes, as text: without what people changed
-- ($3, $4: breaks by record, $5: buckets by stream), and without numbers drawn from sequences.
SELECT part, id, line FROM (
    SELECT 'projection' AS part, 0::bigint AS id, format('applied_seq %s', applied_seq) AS line
    FROM exceptions.projection
    WHERE organization_id = $1 AND reconciliation_id = $2 AND applied_seq > 0
    UNION ALL
    SELECT 'overdue entry of record', record_id, ROW(version, stream_id, side, signed_minor,
           exponent, currency, direction, date, description, counterparty, external_id, reference,
           overdue_at, overdue_seq, partial)::text
    FROM exceptions.overdue_entry
    WHERE organization_id = $1 AND reconciliation_id = $2
    UNION ALL
    SELECT 'suggestion for record', record_id, ROW(match_id, candidates)::text
    FROM exceptions.suggestion
    WHERE organization_id = $1 AND reconciliation_id = $2
    UNION ALL
    SELECT 'break of record', record_id, CASE
        WHEN record_id = ANY($3::bigint[]) THEN ROW(stream_id)::text
        WHEN record_id = ANY($4::bigint[]) THEN ROW(stream_id, status = 'RESOLVED')::text
        ELSE ROW(stream_id, status = 'RESOLVED', reason_code, reason, amount_minor, exponent,
                 currency, overdue_at, created_at, resolved_at, match_id, reopened_count, told_code,
                 told_reason, mismatch_code, mismatch_reason, mismatch_with, suggested_match_id,
                 resolved_seq)::text END
    FROM exceptions.break
    WHERE organization_id = $1 AND reconciliation_id = $2
    UNION ALL
    SELECT 'bucket of stream', stream_id, ROW(
           row_number() OVER (PARTITION BY stream_id ORDER BY id), made_by, status_by, status,
           created_at, opened_at, closed_at, closed_seq, deleted_at)::text
    FROM exceptions.bucket
    WHERE organization_id = $1 AND reconciliation_id = $2 AND stream_id <> ALL($5::bigint[])
) AS shown
ORDER BY part COLLATE "C", id, line COLLATE "C"
