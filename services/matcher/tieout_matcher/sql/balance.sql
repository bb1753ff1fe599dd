-- A proof reads one snapshot and locks nothing. $3 is the time to prove as of, null for now; $4 the
-- last number the journal had by then. What is open now is read from the right to match itself
-- (open_entry); what was open then is what had arrived, less what matches took and what had ended.

-- name: plan_for_sizes
-- Of this transaction: everything is joined with everything, and nobody has counted it.
SELECT set_config('enable_nestloop', 'off', true), set_config('work_mem', '64MB', true)

-- name: reconciliation
-- How its amounts are read, how far it is, and its streams.
SELECT sign_mode, seq,
       (SELECT coalesce(json_agg(json_build_object('stream_id', stream_id, 'side', side)
                                 ORDER BY side, stream_id), '[]')
        FROM reconciliation_stream
        WHERE organization_id = $1 AND reconciliation_id = $2 AND left_at IS NULL) AS streams
FROM reconciliation WHERE organization_id = $1 AND id = $2 AND deleted_at IS NULL

-- name: cut
-- The last number that the journal had at $4.
SELECT last_seq FROM outbox
WHERE organization_id = $1 AND key = $2 AND topic = $3 AND last_seq IS NOT NULL
  AND created_at <= $4
ORDER BY last_seq DESC LIMIT 1

-- name: opening_balances
-- What each side had when the reconciliation began.
SELECT side, currency, exponent, amount_minor::text AS signed FROM opening_balance
WHERE organization_id = $1 AND reconciliation_id = $2 ORDER BY currency, side

-- name: standing
-- How the next three begin: each entry after record $5 with what is open, matched and ended of it.
-- A match of the time counts once all its members had arrived. A `misplaced` entry is in no place,
-- or its places do not add up to its amount. What later versions replaced since counts as it was.
WITH member AS MATERIALIZED (
    SELECT match.id, one.record_id, one.allocated
    FROM match CROSS JOIN LATERAL unnest(members, allocated) AS one (record_id, allocated)
    WHERE organization_id = $1 AND reconciliation_id = $2 AND CASE
        WHEN $3::timestamptz IS NULL THEN status = 'accepted' AND revoked_at IS NULL
        ELSE status IN ('accepted', 'revoked') AND coalesce(decided_at, created_at) <= $3
             AND coalesce(revoked_at > $3, true) END
), early AS (
    SELECT member.id FROM member JOIN entry AS late
      ON late.organization_id = $1 AND late.reconciliation_id = $2
     AND late.record_id = member.record_id AND late.entry_no > $4
    WHERE $4::bigint IS NOT NULL
), taken AS MATERIALIZED (
    SELECT record_id, count(*) FILTER (WHERE allocated IS NULL) AS whole,
           coalesce(sum(allocated), 0) AS parts
    FROM member WHERE id NOT IN (SELECT id FROM early) GROUP BY record_id
), replaced AS MATERIALIZED (
    SELECT DISTINCT ON (record_id) record_id, fields, ended, ended_at FROM earlier_version
    WHERE organization_id = $1 AND reconciliation_id = $2 AND until > $3
    ORDER BY record_id, version
), read AS MATERIALIZED (
    SELECT entry.record_id, entry.side, entry.left_minor, money.direction, money.currency,
           money.exponent, coalesce(money.status, 'posted') AS status, money.amount_minor AS amount,
           CASE WHEN $3 IS NULL OR said.ended_at <= $3 THEN said.ended END AS ended,
           held.entry_no IS NOT NULL AS held, taken.record_id IS NOT NULL AS matched,
           coalesce(taken.whole * money.amount_minor + taken.parts, 0) AS matched_amount
    FROM entry
    LEFT JOIN replaced ON replaced.record_id = entry.record_id
    CROSS JOIN LATERAL (
        SELECT coalesce(replaced.fields, entry.fields) AS fields,
               CASE WHEN replaced.record_id IS NULL THEN entry.ended ELSE replaced.ended END AS ended,
               CASE WHEN replaced.record_id IS NULL THEN entry.ended_at
                    ELSE replaced.ended_at END AS ended_at
    ) AS said
    CROSS JOIN LATERAL json_to_record(convert_from(said.fields, 'UTF8')::json)
         AS money (amount_minor numeric, exponent int, currency text, direction text, status text)
    LEFT JOIN open_entry AS held ON held.organization_id = $1 AND held.reconciliation_id = $2
         AND held.entry_no = entry.entry_no
    LEFT JOIN taken ON taken.record_id = entry.record_id
    WHERE entry.organization_id = $1 AND entry.reconciliation_id = $2 AND entry.record_id > $5
      AND ($4 IS NULL OR entry.entry_no <= $4)
), placed AS (
    SELECT read.*, opened.is_open,
           CASE WHEN opened.is_open THEN rest.amount ELSE 0 END AS open_amount,
           CASE WHEN ended IS NOT NULL THEN rest.amount ELSE 0 END AS ended_amount
    FROM read CROSS JOIN LATERAL (
        SELECT CASE WHEN $3 IS NULL THEN coalesce(left_minor, read.amount)
                    ELSE read.amount - matched_amount END AS amount
    ) AS rest CROSS JOIN LATERAL (
        SELECT CASE WHEN $3 IS NULL THEN held
                    ELSE ended IS NULL AND (NOT matched OR rest.amount > 0) END AS is_open
    ) AS opened
), standing AS (
    SELECT *, amount <> open_amount + matched_amount + ended_amount
              OR NOT (is_open OR matched OR ended IS NOT NULL) AS misplaced
    FROM placed
)

-- name: sums
-- Entries by all that decides how they count: how many, their amounts, the first $6 of each kind.
-- What has few values is sorted by as one number.
SELECT min(side) AS side, min(direction) AS direction, currency, exponent, min(status) AS status,
       bool_or(is_open) AS is_open, bool_or(matched) AS matched, min(ended) AS ended,
       bool_or(misplaced) AS misplaced, count(*) AS records, sum(amount)::text AS amount,
       sum(open_amount)::text AS open_amount, sum(matched_amount)::text AS matched_amount,
       sum(ended_amount)::text AS ended_amount,
       (array_agg(record_id ORDER BY record_id))[1:$6::int] AS first
FROM standing
GROUP BY (side = 'A')::int + 2 * (direction = 'credit')::int + 4 * is_open::int + 8 * matched::int
         + 16 * misplaced::int
         + 32 * coalesce(array_position('{closed,ignored,withdrawn}', ended), 0)
         + 128 * array_position('{posted,pending,informational}', status),
         exponent, currency

-- name: entries
-- The next entries of a currency ($6), a side ($7) and a place ($8), each null for any.
SELECT standing.record_id, standing.side, standing.direction, standing.currency, standing.exponent,
       CASE $8::text WHEN 'open' THEN open_amount WHEN 'matched' THEN matched_amount
            WHEN 'all' THEN amount WHEN 'misplaced' THEN amount
            ELSE ended_amount END::text AS counted,
       entry.stream_id, entry.match_id, entry.fields
FROM standing JOIN entry ON entry.organization_id = $1 AND entry.reconciliation_id = $2
     AND entry.record_id = standing.record_id
WHERE ($6::text IS NULL OR standing.currency = $6) AND ($7::text IS NULL OR standing.side = $7)
  AND CASE $8 WHEN 'all' THEN true WHEN 'open' THEN is_open WHEN 'matched' THEN matched
           WHEN 'misplaced' THEN misplaced ELSE standing.ended = $8 END
ORDER BY standing.record_id LIMIT $9

-- name: adjustment_sums
-- What makes the matches tie, with the first $6 of them.
SELECT currency, exponent, count(*) AS records, sum(amount_minor)::text AS signed,
       (array_agg(match_id ORDER BY match_id, number))[1:$6::int] AS first
FROM (SELECT DISTINCT id FROM member WHERE id NOT IN (SELECT id FROM early)) AS match
JOIN adjustment ON organization_id = $1 AND match_id = match.id AND match_id > $5
GROUP BY currency, exponent

-- name: adjustments
-- The next adjustments in a currency ($6, null for any), match by match.
SELECT match_id, number, currency, exponent, amount_minor::text AS signed, reason
FROM (SELECT DISTINCT id FROM member WHERE id NOT IN (SELECT id FROM early)) AS match
JOIN adjustment ON organization_id = $1 AND match_id = match.id AND match_id > $5
WHERE $6::text IS NULL OR currency = $6
ORDER BY match_id, number LIMIT $7
