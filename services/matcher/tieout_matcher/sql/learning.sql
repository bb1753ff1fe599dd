-- What rules are learned from and where they are filed. A proposed rule changes nothing that is in force.

-- name: open
-- Of the $3 open entries of each side that arrived last, nothing taken of them, the $4 latest by day.
-- Where one side goes further than the other what both have comes first.
WITH recent AS MATERIALIZED (
    SELECT found.*, convert_from(found.fields, 'UTF8')::json ->> 'date' AS day
    FROM (VALUES ('A'), ('B')) AS of_a_side (side) CROSS JOIN LATERAL (
        SELECT e.record_id, e.entry_no, e.side, e.fields, e.match_id
        FROM open_entry o CROSS JOIN LATERAL (  -- OFFSET 0 as in next_to_rekey
            SELECT * FROM entry WHERE organization_id = o.organization_id
               AND reconciliation_id = o.reconciliation_id AND record_id = o.record_id OFFSET 0) AS e
        WHERE o.organization_id = $1 AND o.reconciliation_id = $2 AND e.side = of_a_side.side
          AND o.suggested_by IS NULL AND e.left_minor IS NULL
        ORDER BY o.entry_no DESC LIMIT $3
    ) AS found
), shared AS (
    SELECT min(last) AS until FROM (SELECT max(day) AS last FROM recent GROUP BY side) AS ends
), ranked AS (
    SELECT recent.*, row_number() OVER (
        PARTITION BY side ORDER BY day > until, day DESC, record_id DESC
    ) AS place
    FROM recent CROSS JOIN shared
)
SELECT record_id, entry_no, side, fields, match_id FROM ranked WHERE place <= $4

-- name: shown
-- The latest matches that people made of whole records.
SELECT id, kind, members FROM match
WHERE organization_id = $1 AND reconciliation_id = $2 AND status = 'accepted'
  AND kind IN ('manual', 'force') AND allocated IS NULL
ORDER BY id DESC LIMIT $3

-- name: rules
-- The rules that are not retired, and every version of those that were proposed before.
SELECT r.id, r.version, r.priority, r.status, r.source, r.body, r.retired_at FROM rule r
WHERE r.organization_id = $1 AND r.reconciliation_id = $2 AND (r.retired_at IS NULL OR r.source = 'ai')
ORDER BY r.id, r.version

-- name: add_proposal
-- A rule that waits for a person.
INSERT INTO rule (organization_id, id, version, reconciliation_id, priority, status, source, body,
                  confidence, sample_match_rate, created_at)
VALUES ($1, nextval('rule_id'), 1, $2, $3, 'proposed', 'ai', $4, $5, $6, $7)
RETURNING id
