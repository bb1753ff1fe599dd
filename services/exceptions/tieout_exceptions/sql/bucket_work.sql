-- name: set_assignees
-- Whose a bucket is from now on: another version of it.
UPDATE bucket SET assignee_ids = $3, updated_at = $4, version = version + 1
WHERE organization_id = $1 AND id = $2

-- name: add_comment
-- Keep what a person said, unless so many were kept already.
INSERT INTO bucket_comment (organization_id, bucket_id, author_id, body, mentions, created_at)
SELECT $1, $2, $3, $4, $5, $6
WHERE (SELECT count(*) FROM bucket_comment WHERE organization_id = $1 AND bucket_id = $2) < $7
RETURNING id, author_id, body, mentions, created_at

-- name: comments
-- What people said of a bucket, oldest first.
SELECT id, author_id, body, mentions, created_at FROM bucket_comment
WHERE organization_id = $1 AND bucket_id = $2 ORDER BY id

-- name: members
-- Records that a bucket shows and that pass the filters, overdue first first; and how many there
-- are of them.
WITH scope AS MATERIALIZED (
    SELECT * FROM bucket_scope WHERE organization_id = $1 AND bucket_id = $2
)
SELECT entry.record_id, count(*) OVER () AS total
FROM scope
JOIN overdue_entry AS entry ON entry.organization_id = $1
    AND entry.reconciliation_id = scope.reconciliation_id AND entry.stream_id = scope.stream_id
    AND entry.overdue_seq > scope.after_seq
    AND (scope.until_seq IS NULL OR entry.overdue_seq <= scope.until_seq)
WHERE ($3::numeric IS NULL OR entry.signed_minor >= $3)
  AND ($4::numeric IS NULL OR entry.signed_minor <= $4)
  AND ($5::date IS NULL OR entry.date >= $5)
  AND ($6::date IS NULL OR entry.date <= $6)
  AND ($7::text IS NULL OR entry.direction = $7)
  AND ($8::text IS NULL OR strpos(lower(entry.description), lower($8)) > 0
       OR strpos(lower(entry.counterparty), lower($8)) > 0)
  AND ($9::timestamptz IS NULL OR entry.overdue_at > $9)
  AND ($10::timestamptz IS NULL OR entry.overdue_at <= $10)
ORDER BY entry.overdue_seq, entry.record_id LIMIT $11

-- name: add_investigation
-- Keep what an investigation found.
INSERT INTO investigation
    (organization_id, bucket_id, outcome, recommendation_text, confidence_percent,
     candidate_records_searched, suggested_record_ids, filter_params, created_at, completed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
RETURNING id, outcome, recommendation_text, confidence_percent, candidate_records_searched,
          suggested_record_ids, filter_params, created_at, completed_at

-- name: investigations
-- The newest investigations of a bucket.
SELECT id, outcome, recommendation_text, confidence_percent, candidate_records_searched,
       suggested_record_ids, filter_params, created_at, completed_at
FROM investigation WHERE organization_id = $1 AND bucket_id = $2 ORDER BY id DESC LIMIT $3
