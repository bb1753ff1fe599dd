-- What the matcher holds. Each query answers violations: place, wrong.

-- name: matched_once
-- No record is taken whole by two accepted matches of a reconciliation.
SELECT format('organization %s, reconciliation %s', organization_id, reconciliation_id) AS place,
       format('record %s is in matches %s', record_id, array_agg(id ORDER BY id)) AS wrong
FROM matcher.match CROSS JOIN LATERAL unnest(members, allocated) AS one (record_id, part)
WHERE status = 'accepted' AND one.part IS NULL
GROUP BY organization_id, reconciliation_id, record_id HAVING count(*) > 1 ORDER BY record_id

-- name: memberships
-- An entry names a match that lists it, and a match that takes entries whole lists those that name it.
WITH listed AS (
    SELECT organization_id, reconciliation_id, record_id, id AS match_id, part
    FROM matcher.match CROSS JOIN LATERAL unnest(members, allocated) AS one (record_id, part)
    WHERE status = 'accepted'
), named AS (
    SELECT organization_id, reconciliation_id, record_id, match_id
    FROM matcher.entry WHERE match_id IS NOT NULL
)
SELECT format('organization %s, reconciliation %s', organization_id, reconciliation_id) AS place,
       format('record %s %s', record_id, CASE WHEN listed.record_id IS NULL
           THEN 'names match ' || match_id || ', which does not list it'
           ELSE 'is listed by match ' || match_id || ' and does not name it' END) AS wrong
FROM listed FULL JOIN named USING (organization_id, reconciliation_id, record_id, match_id)
WHERE listed.record_id IS NULL OR (named.record_id IS NULL AND listed.part IS NULL)
ORDER BY record_id

-- name: parts
-- What matches take of an entry in parts and what is left of it is its amount.
WITH taken AS (
    SELECT organization_id, reconciliation_id, record_id, sum(part) AS amount
    FROM matcher.match CROSS JOIN LATERAL unnest(members, allocated) AS one (record_id, part)
    WHERE status = 'accepted' AND allocated IS NOT NULL AND one.part IS NOT NULL
    GROUP BY organization_id, reconciliation_id, record_id
), divided AS MATERIALIZED (
    SELECT organization_id, reconciliation_id, record_id, fields,
           coalesce(taken.amount, 0) AS taken,
           CASE WHEN match_id IS NULL THEN coalesce(left_minor, 0) ELSE 0 END AS rest
    FROM matcher.entry LEFT JOIN taken USING (organization_id, reconciliation_id, record_id)
    WHERE taken.amount IS NOT NULL OR (left_minor IS NOT NULL AND match_id IS NULL)
)
SELECT format('organization %s, reconciliation %s', organization_id, reconciliation_id) AS place,
       format('of record %s over %s matches took %s and %s is left', record_id, money.amount_minor,
              taken, rest) AS wrong
FROM divided
CROSS JOIN LATERAL json_to_record(convert_from(fields, 'UTF8')::json) AS money (amount_minor numeric)
WHERE taken + rest <> money.amount_minor
ORDER BY record_id

-- name: reserved
-- A suggestion holds exactly its members, and nothing else is held.
WITH wanted AS (
    SELECT organization_id, reconciliation_id, record_id, id AS match_id
    FROM matcher.match CROSS JOIN LATERAL unnest(members) AS record_id WHERE status = 'suggested'
), held AS (
    SELECT organization_id, reconciliation_id, record_id, suggested_by AS match_id
    FROM matcher.open_entry WHERE suggested_by IS NOT NULL
)
SELECT format('organization %s, reconciliation %s', organization_id, reconciliation_id) AS place,
       format('record %s is suggested in match %s and held by %s', record_id,
              coalesce(wanted.match_id::text, 'none'), coalesce(held.match_id::text, 'none')) AS wrong
FROM wanted FULL JOIN held USING (organization_id, reconciliation_id, record_id)
WHERE wanted.match_id IS DISTINCT FROM held.match_id ORDER BY record_id

-- name: sums
-- Of each accepted match: side A = side B + adjustments as the sign mode reads them, one currency.
-- Members are unfolded first and apart: a planner that knows no sizes would look for entries again
-- for each match.
WITH listed AS MATERIALIZED (
    SELECT organization_id, reconciliation_id, id, record_id, part
    FROM matcher.match CROSS JOIN LATERAL unnest(members, allocated) AS one (record_id, part)
    WHERE status = 'accepted'
), member AS (
    SELECT listed.organization_id, listed.id, entry.side, money.currency,
           CASE sign_mode WHEN 'absolute' THEN abs(money.amount)
                WHEN 'opposite' THEN CASE entry.side WHEN 'B' THEN -money.amount ELSE money.amount END
                ELSE money.amount END AS amount
    FROM listed
    JOIN matcher.reconciliation AS own ON own.organization_id = listed.organization_id
         AND own.id = listed.reconciliation_id
    JOIN matcher.entry ON entry.organization_id = listed.organization_id
         AND entry.reconciliation_id = listed.reconciliation_id
         AND entry.record_id = listed.record_id
    CROSS JOIN LATERAL (
        SELECT currency, CASE direction WHEN 'credit' THEN 1 ELSE -1 END
                         * coalesce(listed.part, amount_minor)
                         * power(10::numeric, 18 - exponent) AS amount
        FROM json_to_record(convert_from(entry.fields, 'UTF8')::json)
             AS fields (amount_minor numeric, exponent int, currency text, direction text)
    ) AS money
), counted AS (
    SELECT organization_id, id, currency, 1 AS members,
           CASE side WHEN 'A' THEN amount ELSE -amount END AS amount
    FROM member
    UNION ALL
    SELECT organization_id, match_id, currency, 0, -amount_minor * power(10::numeric, 18 - exponent)
    FROM matcher.adjustment
    WHERE (organization_id, match_id) IN (SELECT organization_id, id FROM listed)
), tied AS (
    SELECT organization_id, id, sum(amount) AS difference, sum(members) AS members,
           count(DISTINCT currency) AS currencies
    FROM counted GROUP BY organization_id, id
)
SELECT format('organization %s, match %s', match.organization_id, match.id) AS place,
       format('%s of %s members, %s currencies, off by %s', coalesce(tied.members, 0),
              cardinality(match.members), coalesce(tied.currencies, 0),
              trim_scale(tied.difference / 1e18)) AS wrong
FROM matcher.match LEFT JOIN tied USING (organization_id, id)
WHERE match.status = 'accepted'
  AND (tied.difference <> 0 OR tied.currencies <> 1
       OR tied.members IS DISTINCT FROM cardinality(match.members))
ORDER BY match.id

-- name: open_entries
-- The right to match is held by exactly the entries that are not matched whole and not ended, with
-- the time they have.
WITH waiting AS (
    SELECT organization_id, reconciliation_id, record_id, entry_no,
           CASE WHEN overdue_seq IS NULL THEN overdue_at END AS overdue_at
    FROM matcher.entry WHERE match_id IS NULL AND ended IS NULL
)
SELECT format('organization %s, reconciliation %s', organization_id, reconciliation_id) AS place,
       format('record %s %s', record_id, CASE
           WHEN held.entry_no IS NULL THEN 'has no match and no right to one'
           WHEN waiting.entry_no IS NULL THEN 'is matched or ended and may be matched'
           ELSE 'has another number or overdue time than its right' END) AS wrong
FROM waiting FULL JOIN matcher.open_entry AS held
     USING (organization_id, reconciliation_id, record_id)
WHERE (waiting.entry_no, waiting.overdue_at) IS DISTINCT FROM (held.entry_no, held.overdue_at)
ORDER BY record_id

-- name: open_keys
-- The index of candidates holds exactly the keys of the open entries.
WITH wanted AS (
    SELECT organization_id, reconciliation_id, entry_no, record_id, key_hash
    FROM matcher.open_entry CROSS JOIN LATERAL unnest(keys) AS key_hash
)
SELECT format('organization %s, reconciliation %s', organization_id, reconciliation_id) AS place,
       format('key %s of entry %s %s', key_hash, entry_no, CASE
           WHEN found.record_id IS NULL THEN 'is not in the index'
           WHEN wanted.record_id IS NULL THEN 'is in the index of no open entry'
           ELSE 'leads to another record' END) AS wrong
FROM wanted FULL JOIN matcher.open_key AS found
     USING (organization_id, reconciliation_id, entry_no, key_hash)
WHERE wanted.record_id IS DISTINCT FROM found.record_id ORDER BY entry_no

-- name: counters
-- What a reconciliation has counted is what there is, and no overdue time would be passed over.
WITH counted AS (
    SELECT organization_id, reconciliation_id AS id, count(*) AS entries,
           count(match_id) AS matched, count(ended) AS ended,
           count(*) FILTER (WHERE waits AND overdue_seq IS NOT NULL) AS overdue,
           min(overdue_at) FILTER (WHERE waits AND overdue_seq IS NULL) AS next_due
    FROM (SELECT *, match_id IS NULL AND ended IS NULL AS waits FROM matcher.entry) AS entry
    GROUP BY organization_id, reconciliation_id
), expected AS (
    SELECT organization_id, reconciliation_id AS id, count(*) FILTER (WHERE what = 'time') AS awaited,
           count(*) FILTER (WHERE what = 'version') AS versions
    FROM (
        SELECT organization_id, reconciliation_id, 'time' AS what FROM matcher.awaited_overdue
        UNION ALL
        SELECT organization_id, reconciliation_id, 'version' FROM matcher.awaited_version
    ) AS waiting
    GROUP BY organization_id, reconciliation_id
)
SELECT format('organization %s, reconciliation %s', organization_id, id) AS place,
       format('counted %s entries, %s matched, %s ended, %s overdue, %s and %s awaited, next due %s;'
              ' there are %s, %s, %s, %s, %s and %s, next due %s',
              own.entries, own.matched, own.ended, own.overdue, own.awaited, own.awaited_versions,
              own.next_overdue_at, coalesce(counted.entries, 0), coalesce(counted.matched, 0),
              coalesce(counted.ended, 0), coalesce(counted.overdue, 0),
              coalesce(expected.awaited, 0), coalesce(expected.versions, 0),
              counted.next_due) AS wrong
FROM matcher.reconciliation AS own
LEFT JOIN counted USING (organization_id, id) LEFT JOIN expected USING (organization_id, id)
WHERE (own.entries, own.matched, own.ended, own.overdue, own.awaited, own.awaited_versions)
      IS DISTINCT FROM
      (coalesce(counted.entries, 0), coalesce(counted.matched, 0), coalesce(counted.ended, 0),
       coalesce(counted.overdue, 0), coalesce(expected.awaited, 0), coalesce(expected.versions, 0))
   OR counted.next_due < coalesce(own.next_overdue_at, 'infinity')
ORDER BY id

-- name: one_effect
-- A command has one effect: its decided match, no other, and the same answer on both sides.
WITH made AS (
    SELECT organization_id, operation_id AS id, array_agg(id) AS matches
    FROM matcher.match WHERE operation_id IS NOT NULL GROUP BY organization_id, operation_id
), decided AS (
    SELECT organization_id, id, outcome ->> 'status' AS status,
           (outcome ->> 'match_id')::bigint AS match_id
    FROM matcher.operation
)
SELECT format('organization %s, operation %s', organization_id, id) AS place,
       format('decided %s with match %s, made %s; exceptions says %s with match %s',
              coalesce(decided.status, 'nothing'), coalesce(decided.match_id::text, 'none'),
              coalesce(made.matches::text, 'none'), coalesce(asked.state, 'nothing'),
              coalesce(asked.match_id::text, 'none')) AS wrong
FROM decided FULL JOIN made USING (organization_id, id)
FULL JOIN exceptions.operation AS asked USING (organization_id, id)
WHERE coalesce(made.matches, '{}') <> array_remove(ARRAY[decided.match_id], NULL)
   OR (decided.status = 'done') <> (decided.match_id IS NOT NULL)
   OR asked.id IS NULL
   OR (asked.state = 'done'
       AND (asked.match_id IS NULL OR asked.match_id IS DISTINCT FROM decided.match_id))
   OR (asked.state = 'refused' AND decided.match_id IS NOT NULL)
ORDER BY id

-- name: one_version
-- A change of a record is decided alike on both sides, and one that is done has made its version.
SELECT format('organization %s, change %s', coalesce(asked.organization_id, decided.organization_id),
              coalesce(asked.id, decided.id)) AS place,
       format('ingest says %s, the matcher %s; version %s %s', coalesce(asked.state, 'nothing'),
              coalesce(decided.outcome ->> 'status', 'nothing'), coalesce(asked.version, 0),
              CASE WHEN made.id IS NULL THEN 'is not there' ELSE 'is there' END) AS wrong
FROM ingest.record_change AS asked
FULL JOIN matcher.record_change AS decided
     ON decided.organization_id = asked.organization_id AND decided.id = asked.id
LEFT JOIN ingest.record AS made ON made.organization_id = asked.organization_id
     AND made.stream_id = asked.stream_id AND made.id = asked.record_id
     AND made.version = asked.version AND made.change = asked.kind
WHERE asked.id IS NULL
   OR (asked.state = 'done'
       AND (decided.outcome ->> 'status' IS DISTINCT FROM 'done' OR made.id IS NULL))
   OR (asked.state = 'refused' AND coalesce(decided.outcome ->> 'status', 'done') = 'done')
ORDER BY place
