-- name: close
-- A person says that the entry needs no match; what it was told to differ from is forgotten.
WITH forgotten AS (
    DELETE FROM mismatch
    WHERE organization_id = $1 AND reconciliation_id = $2 AND (record_id = $3 OR other_record_id = $3)
), noted AS (
    INSERT INTO entry_closing (organization_id, reconciliation_id, record_id, reason, note, account_id, closed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
)
UPDATE entry SET ended = 'closed', ended_at = $7
WHERE organization_id = $1 AND reconciliation_id = $2 AND record_id = $3

-- name: reopen
-- It may be matched again.
WITH forgotten AS (
    DELETE FROM entry_closing WHERE organization_id = $1 AND reconciliation_id = $2 AND record_id = $3
)
UPDATE entry SET ended = NULL, ended_at = NULL
WHERE organization_id = $1 AND reconciliation_id = $2 AND record_id = $3
