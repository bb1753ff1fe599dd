-- name: add_hits
-- Add to a count, or begin a new window where the last one has ended; the count then.
INSERT INTO rate_count AS present (name, hits, ends_at) VALUES ($1, $2, $3)
ON CONFLICT (name) DO UPDATE
SET hits = CASE WHEN present.ends_at <= $4 THEN 0 ELSE present.hits END + excluded.hits,
    ends_at = CASE WHEN present.ends_at <= $4 THEN excluded.ends_at ELSE present.ends_at END
RETURNING hits

-- name: show_count
-- The count and the end of a window that has not ended.
SELECT hits, ends_at FROM rate_count WHERE name = $1 AND ends_at > $2

-- name: forget_count
-- Begin anew for one name, or for all.
DELETE FROM rate_count WHERE $1::text IS NULL OR name = $1

-- name: forget_ended
-- Remove the counts of windows that have ended.
DELETE FROM rate_count WHERE ends_at <= $1
