-- name: put
-- Keep the latest overdue time set for a record that has not arrived, and count it.
WITH kept AS (
    INSERT INTO awaited_overdue (organization_id, reconciliation_id, record_id, overdue_at)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (organization_id, reconciliation_id, record_id)
    DO UPDATE SET overdue_at = excluded.overdue_at
    RETURNING (xmax = 0) AS added
)
UPDATE reconciliation SET awaited = awaited + 1
FROM kept WHERE kept.added AND organization_id = $1 AND id = $2

-- name: versions
-- Later versions that were set for these records before they arrived.
WITH asked AS MATERIALIZED (
    SELECT place.organization_id, place.reconciliation_id, unnest(place.records::bigint[]) AS record_id
    FROM unnest($1::bigint[], $2::bigint[], $3::text[])
         AS place (organization_id, reconciliation_id, records)
)
SELECT w.reconciliation_id, w.record_id, w.message
FROM asked JOIN awaited_version w USING (organization_id, reconciliation_id, record_id)

-- name: put_version
-- Keep the latest version set for a record that has not arrived, and count it.
WITH kept AS (
    INSERT INTO awaited_version (organization_id, reconciliation_id, record_id, version, message)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (organization_id, reconciliation_id, record_id)
    DO UPDATE SET version = excluded.version, message = excluded.message
    WHERE awaited_version.version < excluded.version
    RETURNING (xmax = 0) AS added
)
UPDATE reconciliation SET awaited_versions = awaited_versions + 1
FROM kept WHERE kept.added AND organization_id = $1 AND id = $2

-- name: forget_versions
-- These records have arrived.
WITH gone AS (
    DELETE FROM awaited_version
    WHERE organization_id = $1 AND reconciliation_id = $2 AND record_id = ANY ($3::bigint[])
    RETURNING 1
)
UPDATE reconciliation SET awaited_versions = awaited_versions - (SELECT count(*) FROM gone)
WHERE organization_id = $1 AND id = $2
