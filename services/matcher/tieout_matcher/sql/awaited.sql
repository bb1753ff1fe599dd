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
