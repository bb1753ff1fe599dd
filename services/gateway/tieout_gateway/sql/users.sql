-- name: list_users
-- An organisation's users before an identifier, newest first.
SELECT account_id, organization_id, kind, subject, email, name, created_at
FROM account
WHERE ($1::bigint IS NULL OR account_id < $1) AND ($2::text IS NULL OR email_key = lower($2))
  AND ($3::text IS NULL OR subject = $3) AND ($4::text IS NULL OR kind = $4)
ORDER BY account_id DESC LIMIT $5

-- name: show_user
-- One user of an organisation.
SELECT account_id, organization_id, kind, subject, email, name, created_at
FROM account WHERE account_id = $1

-- name: subjects
-- How these users are named outside: a service by its number.
SELECT account_id, coalesce(subject, 'account:' || account_id) AS subject FROM account
WHERE organization_id = $1 AND account_id = ANY($2::bigint[])

-- name: add_user
-- A new user; its identifier.
INSERT INTO account (organization_id, kind, subject, email, name, created_at)
VALUES ($1, $2, $3, $4, $5, $6) RETURNING account_id

-- name: change_user
-- Another name, and another address where $3 says so.
UPDATE account SET name = coalesce($2, name), email = CASE WHEN $3 THEN $4 ELSE email END
WHERE account_id = $1

-- name: list_organizations
-- The organisations a connection may see.
SELECT organization_id, name, created_at FROM organization ORDER BY organization_id

-- name: rename_organization
-- Another name for an organisation a connection may see.
UPDATE organization SET name = $2 WHERE organization_id = $1
RETURNING organization_id, name, created_at

-- name: organizations_of
-- Where a person is a user, over all organisations.
SELECT organization_id FROM account WHERE subject = $1

-- name: find_person
-- A person of one organisation.
SELECT account_id, email, name FROM account WHERE organization_id = $1 AND subject = $2

-- name: meet_person
-- A new person, or what a token says anew of a known one; an address of another user is not theirs.
INSERT INTO account AS known (organization_id, kind, subject, email, name, created_at)
VALUES ($1, 'person', $2,
        (SELECT $3::text WHERE NOT EXISTS (
            SELECT 1 FROM account AS other
            WHERE other.organization_id = $1 AND lower(other.email) = lower($3::text)
              AND other.subject IS DISTINCT FROM $2)),
        coalesce($4::text, $3::text, $2), $5)
ON CONFLICT (subject, organization_id) DO UPDATE
SET email = coalesce(excluded.email, known.email), name = coalesce($4::text, known.name)
RETURNING account_id
