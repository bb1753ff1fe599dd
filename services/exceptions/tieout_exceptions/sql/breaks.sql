-- name: list
-- A page of breaks, newest first; severity filters by thresholds in major units a currency.
SELECT one.* FROM break AS one
LEFT JOIN unnest($2::text[], $3::numeric[], $4::numeric[], $5::numeric[])
    AS own (currency, medium, high, critical) ON own.currency = one.currency
WHERE one.organization_id = $1
  AND ($6::text IS NULL OR one.status = $6)
  AND ($7::text IS NULL OR $7 = severity_of(
      one.amount_minor, one.exponent, coalesce(one.resolved_at, $8::timestamptz) - one.overdue_at,
      coalesce(own.medium, $9::numeric), coalesce(own.high, $10::numeric),
      coalesce(own.critical, $11::numeric)))
  AND ($12::text IS NULL OR one.assigned_to = $12)
  AND ($13::text IS NULL OR one.external_system = $13)
  AND ($14::timestamptz IS NULL OR one.created_at >= $14)
  AND ($15::timestamptz IS NULL OR one.created_at < $15)
  AND ($16::bigint IS NULL OR one.reconciliation_id = $16)
  AND ($17::bigint IS NULL OR one.id < $17)
ORDER BY one.id DESC LIMIT $18

-- name: find
-- One break.
SELECT * FROM break WHERE organization_id = $1 AND id = $2

-- name: find_many
-- These breaks.
SELECT * FROM break WHERE organization_id = $1 AND id = ANY($2::bigint[]) ORDER BY id

-- name: exceptions_of_entries
-- Of each record: the bucket that shows it (live first), its unresolved break and why.
SELECT wanted.record_id, shown.bucket_id, late.id AS break_id, late.reason_code, late.reason
FROM unnest($3::bigint[]) AS wanted (record_id)
LEFT JOIN overdue_entry AS entry ON entry.organization_id = $1 AND entry.reconciliation_id = $2
    AND entry.record_id = wanted.record_id
LEFT JOIN break AS late ON late.organization_id = $1 AND late.reconciliation_id = $2
    AND late.record_id = wanted.record_id AND late.status <> 'RESOLVED'
LEFT JOIN LATERAL (
    SELECT scope.bucket_id FROM bucket_scope AS scope
    JOIN bucket ON bucket.organization_id = $1 AND bucket.id = scope.bucket_id
    WHERE scope.organization_id = $1 AND scope.reconciliation_id = $2
      AND scope.stream_id = entry.stream_id AND entry.overdue_seq > scope.after_seq
      AND (scope.until_seq IS NULL OR entry.overdue_seq <= scope.until_seq)
    ORDER BY bucket.status IN ('open', 'investigating') DESC, bucket.changed_seq DESC LIMIT 1
) AS shown ON true
WHERE shown.bucket_id IS NOT NULL OR late.id IS NOT NULL

-- name: of_records
-- Breaks of these records, or of those told to differ from one of them, with the statuses of $4; $5 is 1 or -1.
SELECT * FROM break
WHERE organization_id = $1 AND reconciliation_id = $2 AND (record_id = ANY ($3::bigint[]) OR mismatch_with = ANY ($3))
  AND ($4::text[] IS NULL OR status = ANY ($4))
ORDER BY id * $5::int LIMIT $6 OFFSET $7

-- name: count_of_records
-- How many of them there are, and all.
SELECT count(*) FILTER (WHERE $4::text[] IS NULL OR status = ANY ($4)) AS total, count(*) AS total_unfiltered
FROM break
WHERE organization_id = $1 AND reconciliation_id = $2 AND (record_id = ANY ($3::bigint[]) OR mismatch_with = ANY ($3))
