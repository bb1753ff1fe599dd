-- name: add_dead_letter
-- Note what could not be taken; nothing when it was noted before.
INSERT INTO dead_letter (topic, partition, "offset", part, reason, attempts)
VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING 1

-- name: begin_attempt
-- Count one more try of a delivery before it is made: the process may die of it.
INSERT INTO delivery_attempt AS tried (topic, partition, "offset", attempts)
VALUES ($1, $2, $3, 1)
ON CONFLICT (topic, partition, "offset") DO UPDATE SET attempts = tried.attempts + 1
RETURNING attempts

-- name: end_attempt
-- A counted try ended well, or its record is quarantined.
DELETE FROM delivery_attempt WHERE topic = $1 AND partition = $2 AND "offset" = $3
