-- name: add
-- Keep what a person says about a break.
INSERT INTO break_comment (organization_id, break_id, account_id, content, created_at)
VALUES ($1, $2, $3, $4, $5)
RETURNING id, break_id, account_id, content, created_at

-- name: was_said
-- Whether a comment on the break says this.
SELECT EXISTS (
    SELECT FROM break_comment WHERE organization_id = $1 AND break_id = $2 AND content = $3
)

-- name: list
-- A page of what was said about a break, in its order, after the comment $3.
SELECT id, break_id, account_id, content, created_at FROM break_comment
WHERE organization_id = $1 AND break_id = $2 AND ($3::bigint IS NULL OR id > $3)
ORDER BY id LIMIT $4
