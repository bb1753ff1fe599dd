-- name: add_organization
-- A new organisation; its identifier.
INSERT INTO organization (name, created_at) VALUES ($1, $2) RETURNING organization_id

-- name: add_account
-- A new service account of an organisation; its identifier.
INSERT INTO account (organization_id, kind, name, created_at) VALUES ($1, 'service', $2, $3)
RETURNING account_id

-- name: first_account
-- The service account an organisation was made with.
SELECT min(account_id) FROM account WHERE organization_id = $1 AND kind = 'service'

-- name: has_account
-- Whether the organisation has this service account.
SELECT true FROM account WHERE organization_id = $1 AND account_id = $2 AND kind = 'service'

-- name: add_key
-- A new key of an account; nothing when its prefix is taken.
INSERT INTO api_key
    (organization_id, account_id, prefix, secret_hmac, name, scopes, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (prefix) DO NOTHING RETURNING api_key_id

-- name: find_key
-- The key of a prefix, whichever organisation it belongs to.
SELECT organization_id, account_id, api_key_id, secret_hmac, scopes, expires_at, revoked_at,
       last_used_at
FROM api_key WHERE prefix = $1

-- name: list_keys
-- An organisation's keys before an identifier, newest first.
SELECT api_key_id, account_id, prefix, name, scopes, created_at, expires_at, revoked_at,
       last_used_at
FROM api_key
WHERE ($1::bigint IS NULL OR api_key_id < $1) AND ($2::bigint IS NULL OR account_id = $2)
ORDER BY api_key_id DESC LIMIT $3

-- name: show_key
-- One key of an organisation.
SELECT api_key_id, account_id, prefix, name, scopes, created_at, expires_at, revoked_at,
       last_used_at
FROM api_key WHERE api_key_id = $1

-- name: end_key
-- End a key of an organisation; the time of its first revocation stays.
UPDATE api_key SET revoked_at = coalesce(revoked_at, $2) WHERE api_key_id = $1

-- name: revoke_key
-- End a key; the time of its first revocation stays.
UPDATE api_key SET revoked_at = coalesce(revoked_at, $2) WHERE prefix = $1
RETURNING organization_id, revoked_at

-- name: note_use
-- Remember that a key was used, unless that was noted since $3.
UPDATE api_key SET last_used_at = $2
WHERE api_key_id = $1 AND (last_used_at IS NULL OR last_used_at < $3)

-- name: any_key
-- Whether keys can be read at all, for readiness.
SELECT 1 FROM api_key LIMIT 1
