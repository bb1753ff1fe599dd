-- What ingest accepted, and that all of it arrived. Each query answers violations: place, wrong.

-- name: rows_read
-- Rows read = accepted + skipped + rejected.
SELECT format('organization %s, import batch %s', organization_id, id) AS place,
       format('%s rows read, but %s accepted + %s skipped + %s rejected',
              next_item, accepted, skipped, rejected) AS wrong
FROM ingest.import_batch WHERE next_item <> accepted + skipped + rejected ORDER BY id

-- name: records_stored
-- What an import or a bulk request says it accepted is stored.
WITH said AS (
    SELECT organization_id, id, accepted FROM ingest.import_batch
    UNION ALL
    SELECT organization_id, id, successful_items FROM ingest.bulk_request
), stored AS (
    SELECT organization_id, coalesce(import_batch_id, bulk_request_id) AS id, count(*) AS records
    FROM ingest.record
    WHERE coalesce(import_batch_id, bulk_request_id) IS NOT NULL AND change IS NULL
    GROUP BY organization_id, coalesce(import_batch_id, bulk_request_id)
)
SELECT format('organization %s, request %s', organization_id, id) AS place,
       format('%s accepted, %s stored', said.accepted, coalesce(stored.records, 0)) AS wrong
FROM said FULL JOIN stored USING (organization_id, id)
WHERE coalesce(said.accepted, 0) <> coalesce(stored.records, 0) ORDER BY id

-- name: record_versions
-- A record is in one stream, its versions are 1, 2, 3 and so on (a change that is under way or was
-- refused may have had the number of one), and no position is used twice.
SELECT format('organization %s, record %s', organization_id, id) AS place,
       format('%s versions up to %s in streams %s to %s', count(*), max(version), min(stream_id),
              max(stream_id)) AS wrong
FROM (
    SELECT organization_id, id, version, stream_id FROM ingest.record
    UNION ALL
    (SELECT organization_id, record_id, version, stream_id FROM ingest.record_change
     WHERE state <> 'done'
     EXCEPT
     SELECT organization_id, id, version, stream_id FROM ingest.record WHERE version > 1)
) AS taken
GROUP BY organization_id, id
HAVING min(version) <> 1 OR max(version) <> count(*) OR min(stream_id) <> max(stream_id)
UNION ALL
SELECT format('organization %s, stream %s', organization_id, stream_id),
       format('position %s is that of %s rows', position, count(*))
FROM ingest.record GROUP BY organization_id, stream_id, position HAVING count(*) > 1
ORDER BY place

-- name: routed
-- A stream's counts of its records (all, deleted, and those there that no import brought first), and
-- a route's count of those that were sent, are exact.
WITH stored AS (
    SELECT organization_id, stream_id, count(*) AS records,
           count(*) FILTER (WHERE import_batch_id IS NULL) AS orphans
    FROM ingest.record WHERE version = 1 GROUP BY organization_id, stream_id
), gone AS (
    SELECT last.organization_id, last.stream_id, count(*) AS records,
           count(*) FILTER (WHERE first.import_batch_id IS NULL) AS orphans
    FROM (SELECT DISTINCT ON (organization_id, stream_id, id) organization_id, stream_id, id, change
          FROM ingest.record WHERE version > 1
          ORDER BY organization_id, stream_id, id, version DESC) AS last
    JOIN ingest.record AS first ON first.organization_id = last.organization_id
         AND first.stream_id = last.stream_id AND first.id = last.id AND first.version = 1
    WHERE last.change = 'deletion' GROUP BY last.organization_id, last.stream_id
)
SELECT format('organization %s, stream %s', stream.organization_id, stream.id) AS place,
       format('says %s records, %s are stored', stream.records, coalesce(stored.records, 0)) AS wrong
FROM ingest.stream
LEFT JOIN stored ON stored.organization_id = stream.organization_id AND stored.stream_id = stream.id
WHERE stream.records <> coalesce(stored.records, 0)
UNION ALL
SELECT format('organization %s, stream %s', stream.organization_id, stream.id),
       format('says %s deleted and %s orphans, but there are %s and %s', stream.deleted,
              stream.orphans, coalesce(gone.records, 0),
              coalesce(stored.orphans, 0) - coalesce(gone.orphans, 0))
FROM ingest.stream
LEFT JOIN stored ON stored.organization_id = stream.organization_id AND stored.stream_id = stream.id
LEFT JOIN gone ON gone.organization_id = stream.organization_id AND gone.stream_id = stream.id
WHERE stream.deleted <> coalesce(gone.records, 0)
   OR stream.orphans <> coalesce(stored.orphans, 0) - coalesce(gone.orphans, 0)
UNION ALL
SELECT format('organization %s, stream %s to reconciliation %s', route.organization_id,
              route.stream_id, route.reconciliation_id),
       format('%s sent of %s', route.routed, coalesce(stored.records, 0))
FROM ingest.route LEFT JOIN stored USING (organization_id, stream_id)
WHERE route.active AND route.routed <> coalesce(stored.records, 0)
  AND NOT EXISTS (
    SELECT FROM ingest.backfill
    WHERE backfill.organization_id = route.organization_id AND backfill.stream_id = route.stream_id
      AND backfill.reconciliation_id = route.reconciliation_id)
ORDER BY place

-- name: arrived
-- Every record of a routed stream is an entry (its key says: at most once), deleted ones too.
SELECT format('organization %s, reconciliation %s', route.organization_id, route.reconciliation_id)
           AS place,
       format('record %s of stream %s is no entry', record.id, record.stream_id) AS wrong
FROM ingest.route
JOIN ingest.record ON record.organization_id = route.organization_id
     AND record.stream_id = route.stream_id AND record.version = 1
LEFT JOIN matcher.entry ON entry.organization_id = route.organization_id
     AND entry.reconciliation_id = route.reconciliation_id AND entry.record_id = record.id
WHERE route.active AND entry.record_id IS NULL ORDER BY record.id

-- name: entries_are_records
-- Every entry is a stored version of a record, byte for byte, on the side of its stream.
SELECT format('organization %s, reconciliation %s', entry.organization_id, entry.reconciliation_id)
           AS place,
       format('entry of record %s version %s %s', entry.record_id, entry.version, CASE
           WHEN record.id IS NULL THEN 'was never accepted'
           WHEN record.fields <> entry.fields THEN 'has other fields than the record'
           ELSE 'is not on the side of its stream' END) AS wrong
FROM matcher.entry
LEFT JOIN ingest.record ON record.organization_id = entry.organization_id
     AND record.stream_id = entry.stream_id AND record.id = entry.record_id
     AND record.version = entry.version
LEFT JOIN matcher.reconciliation_stream AS stream
     ON stream.organization_id = entry.organization_id
     AND stream.reconciliation_id = entry.reconciliation_id AND stream.stream_id = entry.stream_id
WHERE record.id IS NULL OR record.fields <> entry.fields OR stream.side IS DISTINCT FROM entry.side
ORDER BY entry.record_id

-- name: money
-- Of each organisation, reconciliation, stream and currency: what records say now, deleted ones left
-- out = what is matched, open and closed. A record that is held as it says, byte for byte, adds the
-- same to both: only the others are read and added up. Only versions after the first can be later.
WITH accepted AS (
    SELECT record.organization_id, route.reconciliation_id, record.stream_id,
           record.id AS record_id, record.fields
    FROM ingest.route
    JOIN ingest.record ON record.organization_id = route.organization_id
         AND record.stream_id = route.stream_id
    WHERE route.active AND record.change IS DISTINCT FROM 'deletion'
      AND NOT EXISTS (
        SELECT FROM ingest.record AS later
        WHERE later.organization_id = record.organization_id AND later.id = record.id
          AND later.stream_id = record.stream_id AND later.version > record.version
          AND later.version > 1)
), held AS (
    SELECT entry.organization_id, entry.reconciliation_id, entry.stream_id, entry.record_id,
           entry.fields
    FROM matcher.entry
    JOIN ingest.route USING (organization_id, reconciliation_id, stream_id)
    LEFT JOIN matcher.open_entry AS waiting USING (organization_id, reconciliation_id, record_id)
    LEFT JOIN matcher.match ON match.organization_id = entry.organization_id
         AND match.id = entry.match_id AND match.status = 'accepted'
    WHERE route.active AND (waiting.record_id IS NOT NULL OR match.id IS NOT NULL
       OR entry.ended IN ('closed', 'ignored'))
), differing AS MATERIALIZED (
    SELECT organization_id, reconciliation_id, stream_id, accepted.fields AS accepted,
           held.fields AS held
    FROM accepted FULL JOIN held USING (organization_id, reconciliation_id, stream_id, record_id)
    WHERE accepted.fields IS DISTINCT FROM held.fields
), summed AS (
    SELECT organization_id, reconciliation_id, stream_id, money.currency,
           count(*) FILTER (WHERE one.is_accepted) AS accepted_records,
           count(*) FILTER (WHERE NOT one.is_accepted) AS held_records,
           sum(money.amount) FILTER (WHERE one.is_accepted) AS accepted,
           sum(money.amount) FILTER (WHERE NOT one.is_accepted) AS held
    FROM differing
    CROSS JOIN LATERAL (VALUES (accepted, true), (held, false)) AS one (fields, is_accepted)
    CROSS JOIN LATERAL (
        SELECT currency, CASE direction WHEN 'credit' THEN 1 ELSE -1 END
                         * amount_minor * power(10::numeric, 18 - exponent) AS amount
        FROM json_to_record(convert_from(one.fields, 'UTF8')::json)
             AS fields (amount_minor numeric, exponent int, currency text, direction text)
    ) AS money
    WHERE one.fields IS NOT NULL
    GROUP BY organization_id, reconciliation_id, stream_id, money.currency
)
SELECT format('organization %s, reconciliation %s, stream %s, %s', organization_id,
              reconciliation_id, stream_id, currency) AS place,
       format('of what differs, accepted %s in %s records, matched and open %s in %s',
              trim_scale(accepted / 1e18), accepted_records, trim_scale(held / 1e18),
              held_records) AS wrong
FROM summed
WHERE accepted IS DISTINCT FROM held OR accepted_records <> held_records
ORDER BY place

-- name: seen
-- How much there was to look at.
SELECT (SELECT count(*) FROM ingest.record) AS records,
       (SELECT count(*) FROM matcher.entry) AS entries,
       (SELECT count(*) FROM matcher.match WHERE status = 'accepted') AS matches,
       (SELECT coalesce(sum(seq), 0)::bigint FROM matcher.reconciliation) AS outcomes,
       (SELECT count(*) FROM exceptions.break) AS breaks,
       (SELECT count(*) FROM exceptions.operation) AS operations
