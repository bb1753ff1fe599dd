-- name: names
-- What these users of an organisation are called: people by their address, where it is known.
SELECT account_id, coalesce(email, name) AS name FROM account
WHERE organization_id = $1 AND account_id = ANY($2::bigint[])
