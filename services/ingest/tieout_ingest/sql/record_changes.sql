-- name: next_id
-- Draw the number of a new change.
SELECT nextval('request_id')

-- name: add
-- Store what was asked of a record.
INSERT INTO record_change (organization_id, id, stream_id, record_id, version, kind, account_id,
                           identity, fields, raw, state, next_attempt_at, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'pending', $11, $12)

-- name: find
-- One change.
SELECT organization_id, id, stream_id, record_id, version, kind, account_id, identity, fields, raw,
       state, attempts, next_attempt_at, refusal_code, refusal_message, created_at
FROM record_change WHERE organization_id = $1 AND id = $2

-- name: take_due
-- Take changes whose next try is due, and set the try after it; another instance skips them.
-- Those of an operation on a whole stream are that operation's to carry out.
UPDATE record_change
SET attempts = attempts + 1,
    next_attempt_at = $1::timestamptz + least($2::interval, $3::interval * 2 ^ least(attempts, 10))
WHERE (organization_id, id) IN (
    SELECT organization_id, id FROM record_change
    WHERE state = 'pending' AND next_attempt_at <= $1 AND operation_id IS NULL
    ORDER BY next_attempt_at, id LIMIT $4 FOR UPDATE SKIP LOCKED)
RETURNING organization_id, id, stream_id, record_id, version, kind, account_id, identity, fields,
          raw, state, attempts, next_attempt_at, refusal_code, refusal_message, created_at

-- name: finish
-- It is decided; no row when somebody else wrote that down.
UPDATE record_change SET state = $3, refusal_code = $4, refusal_message = $5, finished_at = $6
WHERE organization_id = $1 AND id = $2 AND state = 'pending' RETURNING id
