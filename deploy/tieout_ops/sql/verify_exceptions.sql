-- What exceptions shows, against what the matcher holds. Each query answers: place, wrong.

-- name: overdue_entries
-- Exceptions keeps exactly the open entries that are overdue, as the matcher has them, with what
-- is left of those that are matched in part.
WITH late AS (
    SELECT entry.organization_id, entry.reconciliation_id, entry.record_id, entry.version::bigint,
           entry.stream_id, entry.side, entry.overdue_seq, entry.overdue_at, money.currency,
           money.exponent,
           CASE money.direction WHEN 'credit' THEN 1 ELSE -1 END
               * coalesce(entry.left_minor, money.amount_minor) AS signed_minor
    FROM matcher.entry
    JOIN matcher.open_entry AS held USING (organization_id, reconciliation_id, entry_no)
    CROSS JOIN LATERAL json_to_record(convert_from(entry.fields, 'UTF8')::json)
         AS money (amount_minor numeric, exponent int, currency text, direction text)
    WHERE entry.overdue_seq IS NOT NULL
)
SELECT format('organization %s, reconciliation %s', organization_id, reconciliation_id) AS place,
       format('record %s %s', record_id, CASE
           WHEN kept.version IS NULL THEN 'is overdue and not kept'
           WHEN late.version IS NULL THEN 'is kept and not overdue'
           ELSE 'is kept with other values' END) AS wrong
FROM late FULL JOIN exceptions.overdue_entry AS kept
     USING (organization_id, reconciliation_id, record_id)
WHERE (late.version, late.stream_id, late.side, late.overdue_seq, late.overdue_at, late.currency,
       late.exponent, late.signed_minor)
      IS DISTINCT FROM
      (kept.version, kept.stream_id, kept.side, kept.overdue_seq, kept.overdue_at, kept.currency,
       kept.exponent, kept.signed_minor)
ORDER BY record_id

-- name: bucket_aggregates
-- What a bucket shows adds up to what the matcher's entries in its scope add up to.
WITH shown AS (
    SELECT scope.organization_id, scope.bucket_id, kept.currency, kept.exponent, count(*) AS records,
           sum(kept.signed_minor) FILTER (WHERE kept.direction = 'debit') AS debits,
           sum(kept.signed_minor) FILTER (WHERE kept.direction = 'credit') AS credits,
           min(kept.date) AS oldest, max(kept.date) AS newest
    FROM exceptions.bucket_scope AS scope
    JOIN exceptions.overdue_entry AS kept USING (organization_id, reconciliation_id, stream_id)
    WHERE kept.overdue_seq > scope.after_seq
      AND (scope.until_seq IS NULL OR kept.overdue_seq <= scope.until_seq)
    GROUP BY scope.organization_id, scope.bucket_id, kept.currency, kept.exponent
), recomputed AS (
    SELECT scope.organization_id, scope.bucket_id, money.currency, money.exponent,
           count(*) AS records,
           sum(-coalesce(entry.left_minor, money.amount_minor))
               FILTER (WHERE money.direction = 'debit') AS debits,
           sum(coalesce(entry.left_minor, money.amount_minor))
               FILTER (WHERE money.direction = 'credit') AS credits,
           min(money.date) AS oldest, max(money.date) AS newest
    FROM exceptions.bucket_scope AS scope
    JOIN matcher.entry USING (organization_id, reconciliation_id, stream_id)
    JOIN matcher.open_entry AS held USING (organization_id, reconciliation_id, entry_no)
    CROSS JOIN LATERAL json_to_record(convert_from(entry.fields, 'UTF8')::json)
         AS money (amount_minor numeric, exponent int, currency text, direction text, date date)
    WHERE entry.overdue_seq > scope.after_seq
      AND (scope.until_seq IS NULL OR entry.overdue_seq <= scope.until_seq)
    GROUP BY scope.organization_id, scope.bucket_id, money.currency, money.exponent
)
SELECT format('organization %s, bucket %s, %s', organization_id, bucket_id, currency) AS place,
       format('shows %s records, %s debit, %s credit; there are %s, %s, %s (minor units)',
              coalesce(shown.records, 0), coalesce(shown.debits, 0), coalesce(shown.credits, 0),
              coalesce(recomputed.records, 0), coalesce(recomputed.debits, 0),
              coalesce(recomputed.credits, 0)) AS wrong
FROM shown FULL JOIN recomputed USING (organization_id, bucket_id, currency, exponent)
WHERE (shown.records, shown.debits, shown.credits, shown.oldest, shown.newest) IS DISTINCT FROM
      (recomputed.records, recomputed.debits, recomputed.credits, recomputed.oldest,
       recomputed.newest)
ORDER BY bucket_id

-- name: live_buckets
-- Every overdue entry that no dismissed bucket covers is shown by a live one.
SELECT format('organization %s, reconciliation %s, stream %s', kept.organization_id,
              kept.reconciliation_id, kept.stream_id) AS place,
       format('%s overdue records are in no bucket', count(*)) AS wrong
FROM exceptions.overdue_entry AS kept
WHERE NOT EXISTS (
    SELECT FROM exceptions.bucket
    WHERE bucket.organization_id = kept.organization_id
      AND bucket.reconciliation_id = kept.reconciliation_id AND bucket.stream_id = kept.stream_id
      AND bucket.deleted_at IS NULL
      AND (bucket.status IN ('open', 'investigating')
           OR bucket.status = 'dismissed' AND kept.overdue_seq <= bucket.closed_seq))
GROUP BY kept.organization_id, kept.reconciliation_id, kept.stream_id ORDER BY place

-- name: breaks
-- An overdue entry has an unresolved break; an unresolved break is of one, or of an open entry
-- found to differ from its counterpart.
WITH unresolved AS (
    SELECT organization_id, reconciliation_id, record_id, id, mismatch_with FROM exceptions.break
    WHERE status <> 'RESOLVED'
)
SELECT format('organization %s, reconciliation %s', organization_id, reconciliation_id) AS place,
       format('record %s %s', record_id, CASE
           WHEN unresolved.id IS NULL THEN 'is overdue without a break'
           WHEN unresolved.mismatch_with IS NULL THEN 'has a break and is not overdue'
           ELSE 'has a break for a mismatch and is not open' END) AS wrong
FROM exceptions.overdue_entry AS kept
FULL JOIN unresolved USING (organization_id, reconciliation_id, record_id)
LEFT JOIN matcher.open_entry AS held USING (organization_id, reconciliation_id, record_id)
WHERE unresolved.id IS NULL
   OR (kept.overdue_seq IS NULL AND (unresolved.mismatch_with IS NULL OR held.entry_no IS NULL))
ORDER BY record_id

-- name: suggestions
-- Exceptions knows exactly the open entries that a suggestion reserves.
SELECT format('organization %s, reconciliation %s', organization_id, reconciliation_id) AS place,
       format('record %s is reserved by match %s, and exceptions says by %s', record_id,
              coalesce(held.suggested_by::text, 'none'), coalesce(known.match_id::text, 'none'))
           AS wrong
FROM (SELECT * FROM matcher.open_entry WHERE suggested_by IS NOT NULL) AS held
FULL JOIN exceptions.suggestion AS known USING (organization_id, reconciliation_id, record_id)
WHERE held.suggested_by IS DISTINCT FROM known.match_id ORDER BY record_id

-- name: audit_chain
-- Each audit entry follows the one before it and is sealed with its hash; the last one is kept.
WITH chained AS (
    SELECT organization_id, seq, content, hash,
           lag(seq, 1, 0::bigint) OVER previous AS before,
           lag(hash, 1, decode(repeat('00', 32), 'hex')) OVER previous AS hash_before
    FROM exceptions.audit_entry
    WINDOW previous AS (PARTITION BY organization_id ORDER BY seq)
), last AS (
    SELECT DISTINCT ON (organization_id) organization_id, seq, hash FROM exceptions.audit_entry
    ORDER BY organization_id, seq DESC
)
SELECT format('organization %s, entry %s', organization_id, seq) AS place,
       CASE WHEN seq <> before + 1 THEN format('follows entry %s', before)
            ELSE 'is not what was sealed' END AS wrong
FROM chained
WHERE seq <> before + 1 OR hash <> sha256(hash_before || content)
   OR (convert_from(content, 'UTF8')::jsonb ->> 'seq')::bigint <> seq
UNION ALL
SELECT format('organization %s', organization_id),
       format('the chain ends at %s, its last entry is %s', own.seq, coalesce(last.seq, 0))
FROM exceptions.audit_chain AS own FULL JOIN last USING (organization_id)
WHERE (coalesce(own.seq, 0), own.hash) IS DISTINCT FROM (coalesce(last.seq, 0), coalesce(last.hash, own.hash))
ORDER BY place
