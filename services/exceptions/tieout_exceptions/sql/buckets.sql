-- name: list
-- A page of buckets with the names their owners gave, newest first.
SELECT bucket.*, reconciliation.name AS reconciliation_name,
       stream.name AS stream_name, stream.key AS stream_key
FROM bucket
LEFT JOIN reconciliation ON reconciliation.organization_id = bucket.organization_id
    AND reconciliation.id = bucket.reconciliation_id
LEFT JOIN stream ON stream.organization_id = bucket.organization_id
    AND stream.id = bucket.stream_id
WHERE bucket.organization_id = $1 AND bucket.deleted_at IS NULL
  AND ($2::bigint IS NULL OR bucket.id = $2)
  AND ($3::bigint IS NULL OR bucket.reconciliation_id = $3)
  AND ($4::text IS NULL OR bucket.status = $4)
ORDER BY bucket.id DESC LIMIT $5 OFFSET $6

-- name: sums
-- What buckets show, added up by currency and exponent; filters that are NULL let all through.
-- Materialised: else each entry would ask again what its bucket covers.
WITH scope AS MATERIALIZED (
    SELECT * FROM bucket_scope WHERE organization_id = $1 AND bucket_id = ANY($2::bigint[])
)
SELECT scope.bucket_id, entry.currency, entry.exponent,
       count(*) FILTER (WHERE entry.direction = 'debit') AS debit_count,
       coalesce(sum(entry.signed_minor) FILTER (WHERE entry.direction = 'debit'), 0) AS debit_sum,
       count(*) FILTER (WHERE entry.direction = 'credit') AS credit_count,
       coalesce(sum(entry.signed_minor) FILTER (WHERE entry.direction = 'credit'), 0)
           AS credit_sum,
       sum(extract(epoch FROM $3::timestamptz - entry.overdue_at)) AS age_seconds,
       min(entry.date) AS oldest, max(entry.date) AS newest
FROM scope
JOIN overdue_entry AS entry ON entry.organization_id = $1
    AND entry.reconciliation_id = scope.reconciliation_id AND entry.stream_id = scope.stream_id
    AND entry.overdue_seq > scope.after_seq
    AND (scope.until_seq IS NULL OR entry.overdue_seq <= scope.until_seq)
WHERE ($4::numeric IS NULL OR entry.signed_minor >= $4)
  AND ($5::numeric IS NULL OR entry.signed_minor <= $5)
  AND ($6::date IS NULL OR entry.date >= $6)
  AND ($7::date IS NULL OR entry.date <= $7)
  AND ($8::text IS NULL OR entry.direction = $8)
  AND ($9::text IS NULL OR strpos(lower(entry.description), lower($9)) > 0
       OR strpos(lower(entry.counterparty), lower($9)) > 0)
  AND ($10::timestamptz IS NULL OR entry.overdue_at > $10)
  AND ($11::timestamptz IS NULL OR entry.overdue_at <= $11)
GROUP BY scope.bucket_id, entry.currency, entry.exponent
ORDER BY scope.bucket_id, entry.currency, entry.exponent

-- name: unswept
-- Slices the sweeper may have to act on: overdue without a live bucket, or its own live one empty.
SELECT DISTINCT entry.organization_id, entry.reconciliation_id, entry.stream_id
FROM overdue_entry AS entry
WHERE NOT EXISTS (
    SELECT FROM bucket AS live
    WHERE live.organization_id = entry.organization_id
      AND live.reconciliation_id = entry.reconciliation_id AND live.stream_id = entry.stream_id
      AND live.status IN ('open', 'investigating') AND live.deleted_at IS NULL)
UNION
SELECT scope.organization_id, scope.reconciliation_id, scope.stream_id
FROM bucket_scope AS scope
JOIN bucket AS live ON live.organization_id = scope.organization_id AND live.id = scope.bucket_id
WHERE live.status IN ('open', 'investigating') AND live.made_by = 'sweeper'
  AND NOT EXISTS (
    SELECT FROM overdue_entry AS entry
    WHERE entry.organization_id = scope.organization_id
      AND entry.reconciliation_id = scope.reconciliation_id
      AND entry.stream_id = scope.stream_id AND entry.overdue_seq > scope.after_seq)
ORDER BY reconciliation_id, organization_id, stream_id
