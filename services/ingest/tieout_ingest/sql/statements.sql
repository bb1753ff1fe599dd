-- name: add_parts
-- The records of statements that one chunk brought or met.
INSERT INTO statement_part (organization_id, import_batch_id, item, statement, days, record_ids)
SELECT $1, $2, $3, part.statement, part.days, part.record_ids::bigint[]
FROM unnest($4::int[], $5::jsonb[], $6::text[]) AS part (statement, days, record_ids)

-- name: days
-- How many records of each statement are of which date, chunk by chunk.
SELECT statement, days FROM statement_part WHERE organization_id = $1 AND import_batch_id = $2

-- name: statements
-- What the completed imports of these streams state, as it was known at $3; what they state is past
-- when the stream was emptied since.
SELECT import_batch.stream_id, import_batch.id AS import_batch_id,
       report.value - 'balances' AS report
FROM import_batch CROSS JOIN LATERAL jsonb_array_elements(statements) AS report
WHERE organization_id = $1 AND stream_id = ANY ($2::bigint[]) AND status = 'completed'
  AND ($3::timestamptz IS NULL OR completed_at <= $3)
  AND (reset_at IS NULL OR reset_at > $3)

-- name: sums
-- The records of statements, as they were when their file was loaded: of each statement
-- with the first hundred of their numbers, and of each group of statements, every record once.
WITH asked AS MATERIALIZED (
    SELECT one.*, import_batch.stream_id, import_batch.completed_at
    FROM unnest($2::bigint[], $3::int[], $4::text[], $5::int[])
         AS one (import_batch_id, statement, currency, place)
    JOIN import_batch ON organization_id = $1 AND import_batch.id = one.import_batch_id
), listed AS MATERIALIZED (
    SELECT DISTINCT asked.*, unnest(part.record_ids) AS record_id
    FROM asked CROSS JOIN LATERAL (
        SELECT record_ids FROM statement_part
        WHERE organization_id = $1 AND import_batch_id = asked.import_batch_id
          AND statement = asked.statement OFFSET 0
    ) AS part
), counted AS MATERIALIZED (
    SELECT listed.import_batch_id, listed.statement, listed.currency, listed.place,
           listed.stream_id, listed.record_id, money.exponent,
           CASE money.direction WHEN 'credit' THEN money.amount_minor
                ELSE -money.amount_minor END AS signed
    FROM listed CROSS JOIN LATERAL (
        SELECT fields FROM record
        WHERE organization_id = $1 AND stream_id = listed.stream_id AND id = listed.record_id
          AND arrived_at <= listed.completed_at
        ORDER BY version DESC LIMIT 1
    ) AS stored CROSS JOIN LATERAL json_to_record(convert_from(stored.fields, 'UTF8')::json)
        AS money (amount_minor numeric, exponent int, currency text, direction text)
    WHERE money.currency = listed.currency
)
SELECT import_batch_id, statement, currency, NULL AS place, exponent, count(*) AS records,
       sum(signed)::text AS signed, (array_agg(record_id ORDER BY record_id))[1:$6] AS first
FROM counted GROUP BY import_batch_id, statement, currency, exponent
UNION ALL
SELECT NULL, NULL, NULL, place, exponent, count(*), sum(signed)::text, NULL
FROM (SELECT DISTINCT ON (place, stream_id, record_id) * FROM counted
      ORDER BY place, stream_id, record_id, import_batch_id DESC) AS once
GROUP BY place, exponent

-- name: records
-- The next records of a statement in one currency, as sums counts them.
SELECT listed.record_id, stored.fields
FROM (
    SELECT DISTINCT import_batch.stream_id, import_batch.completed_at,
           unnest(part.record_ids) AS record_id
    FROM import_batch JOIN statement_part AS part
      ON part.organization_id = $1 AND part.import_batch_id = import_batch.id
     AND part.statement = $3
    WHERE import_batch.organization_id = $1 AND import_batch.id = $2
      AND import_batch.status = 'completed'
) AS listed CROSS JOIN LATERAL (
    SELECT fields FROM record
    WHERE organization_id = $1 AND stream_id = listed.stream_id AND id = listed.record_id
      AND arrived_at <= listed.completed_at
    ORDER BY version DESC LIMIT 1
) AS stored
WHERE listed.record_id > $5
  AND ($4::text IS NULL OR convert_from(stored.fields, 'UTF8')::json ->> 'currency' = $4)
ORDER BY listed.record_id LIMIT $6
