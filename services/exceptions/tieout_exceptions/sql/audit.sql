-- name: begin
-- An organisation that was never told of has an empty chain.
INSERT INTO audit_chain (organization_id, seq, hash)
SELECT unnest($1::bigint[]), 0, $2 ON CONFLICT DO NOTHING

-- name: lock
-- The ends of these organisations' chains, held until they are moved.
SELECT organization_id, seq, hash FROM audit_chain
WHERE organization_id = ANY ($1::bigint[]) ORDER BY organization_id FOR UPDATE

-- name: known
-- Which of these were appended before.
SELECT organization_id, id FROM audit_entry
WHERE organization_id = ANY ($1::bigint[]) AND id = ANY ($2::text[])

-- name: append
-- The next entries.
INSERT INTO audit_entry (organization_id, seq, id, at, account_id, content, hash)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::timestamptz[], $5::bigint[],
                     $6::bytea[], $7::bytea[])

-- name: move
-- Where the chains end now.
UPDATE audit_chain c SET seq = told.seq, hash = told.hash
FROM unnest($1::bigint[], $2::bigint[], $3::bytea[]) AS told (organization_id, seq, hash)
WHERE c.organization_id = told.organization_id

-- name: page
-- Entries after a number, in order.
SELECT seq, content, hash FROM audit_entry
WHERE organization_id = $1 AND seq > $2 AND ($3::bigint IS NULL OR account_id = $3)
  AND ($4::timestamptz IS NULL OR at >= $4) AND ($5::timestamptz IS NULL OR at < $5)
ORDER BY seq LIMIT $6

-- name: end
-- Where an organisation's chain ends.
SELECT seq, hash FROM audit_chain WHERE organization_id = $1
