-- name: next_id
-- The identifier of a reconciliation to be made: its streams are named after it.
SELECT nextval('reconciliation_id')

-- name: add
-- A reconciliation is a ledger.
INSERT INTO ledger (organization_id, reconciliation_id, source_stream_id, source_stream_key, gl_stream_id, gl_stream_key)
VALUES ($1, $2, $3, $4, $5, $6)

-- name: find
-- One ledger.
SELECT l.reconciliation_id AS id, r.name, r.sign_mode, r.timezone, r.created_at, l.source_stream_id,
       l.source_stream_key, l.gl_stream_id, l.gl_stream_key
FROM ledger l JOIN reconciliation r ON r.organization_id = l.organization_id AND r.id = l.reconciliation_id
WHERE l.organization_id = $1 AND l.reconciliation_id = $2 AND r.deleted_at IS NULL

-- name: accounts
-- The accounts that entries of an organisation's general ledgers name, each as its newest entry names it.
WITH named AS MATERIALIZED (
    SELECT e.reconciliation_id, e.entry_no, e.match_id IS NULL AND e.ended IS NULL AS unreconciled,
           convert_from(e.fields, 'UTF8')::json AS said
    FROM ledger l
    JOIN reconciliation r ON r.organization_id = l.organization_id AND r.id = l.reconciliation_id
    JOIN entry e ON e.organization_id = l.organization_id AND e.reconciliation_id = l.reconciliation_id
    WHERE r.deleted_at IS NULL AND l.organization_id = $1 AND e.side = 'B' AND e.ended IS DISTINCT FROM 'withdrawn'
)
SELECT reconciliation_id AS ledger_id, said #>> '{metadata,account,id}' AS id,
       (array_agg(said #>> '{metadata,account,name}' ORDER BY entry_no DESC))[1] AS name,
       (array_agg(coalesce(said #>> '{metadata,account,currency}', said ->> 'currency') ORDER BY entry_no DESC))[1]
           AS currency,
       count(*) FILTER (WHERE unreconciled) AS unreconciled_count
FROM named WHERE said #>> '{metadata,account,id}' IS NOT NULL
GROUP BY reconciliation_id, said #>> '{metadata,account,id}'
ORDER BY reconciliation_id, id
