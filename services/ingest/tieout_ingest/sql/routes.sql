-- name: active_routes
-- Where the records of a stream go.
SELECT reconciliation_id, side FROM route
WHERE organization_id = $1 AND stream_id = $2 AND active ORDER BY reconciliation_id

-- name: count_routed
-- $3 more records of the stream were told to every active route.
UPDATE route SET routed = routed + $3
WHERE organization_id = $1 AND stream_id = $2 AND active

-- name: count_records
-- $3 more records are in the stream, $4 of them by no import; no row when it is being deleted.
UPDATE stream SET records = records + $3, orphans = orphans + $4
WHERE organization_id = $1 AND id = $2 AND closed_at IS NULL RETURNING id

-- name: count_gone
-- Of these records, told to be no more, those that are: what came meanwhile is later. Each version is
-- asked for in the order of the key, so that it is looked up by that.
UPDATE stream SET deleted = deleted + told.gone, orphans = stream.orphans - told.orphans
FROM (
    SELECT count(*) AS gone, count(*) FILTER (WHERE first.import_batch_id IS NULL) AS orphans
    FROM unnest($3::bigint[]) AS one (id) CROSS JOIN LATERAL (
        SELECT import_batch_id FROM record
        WHERE organization_id = $1 AND stream_id = $2 AND record.id = one.id
        ORDER BY version LIMIT 1
    ) AS first CROSS JOIN LATERAL (
        SELECT change FROM record
        WHERE organization_id = $1 AND stream_id = $2 AND record.id = one.id
        ORDER BY version DESC LIMIT 1
    ) AS latest WHERE latest.change = 'deletion'
) AS told
WHERE stream.organization_id = $1 AND stream.id = $2

-- name: count_returned
-- These records were no more, and are again.
UPDATE stream SET deleted = deleted - told.returned, orphans = stream.orphans + told.orphans
FROM (
    SELECT count(*) AS returned, count(*) FILTER (WHERE import_batch_id IS NULL) AS orphans
    FROM unnest($3::bigint[]) AS one (id) CROSS JOIN LATERAL (
        SELECT import_batch_id FROM record
        WHERE organization_id = $1 AND stream_id = $2 AND record.id = one.id
        ORDER BY version LIMIT 1
    ) AS first
) AS told
WHERE stream.organization_id = $1 AND stream.id = $2

-- name: known_routes
-- All routes, active or not, of one reconciliation.
SELECT stream_id, side, version, active, left_at FROM route
WHERE organization_id = $1 AND reconciliation_id = $2

-- name: known_streams
-- Which of these streams the organisation has.
SELECT id FROM stream WHERE organization_id = $1 AND id = ANY($2::bigint[])

-- name: put_route
-- A route is made, or active again, or has a newer version.
INSERT INTO route (organization_id, stream_id, reconciliation_id, side, version, active)
VALUES ($1, $2, $3, $4, $5, true)
ON CONFLICT (organization_id, stream_id, reconciliation_id)
DO UPDATE SET side = excluded.side, version = excluded.version, active = true, left_at = NULL

-- name: leave_route
-- The stream no longer belongs to the reconciliation, from record position $5 on.
UPDATE route SET active = false, version = $4, left_at = coalesce(left_at, $5)
WHERE organization_id = $1 AND stream_id = $2 AND reconciliation_id = $3

-- name: add_backfill
-- The stream's records after $4 and up to $5 are still to be sent to the reconciliation.
INSERT INTO backfill
    (organization_id, stream_id, reconciliation_id, backfilled_to, backfill_to)
SELECT $1, $2, $3, $4, $5
WHERE EXISTS (SELECT FROM record WHERE organization_id = $1 AND stream_id = $2)

-- name: backfills_waiting
-- Backfills of active routes, oldest first.
SELECT backfill.organization_id, stream_id, reconciliation_id, backfill_to
FROM backfill JOIN route USING (organization_id, stream_id, reconciliation_id)
WHERE route.active ORDER BY backfill_to

-- name: backfill_for_update
-- One backfill of an active route, with what its events need of route and stream.
SELECT backfilled_to, completed_imports, side, expected_days, arrival_grace_seconds
FROM backfill
JOIN route USING (organization_id, stream_id, reconciliation_id)
JOIN stream ON stream.organization_id = backfill.organization_id AND stream.id = stream_id
WHERE backfill.organization_id = $1 AND stream_id = $2 AND reconciliation_id = $3
  AND backfill_to = $4 AND route.active
FOR UPDATE OF backfill

-- name: backfill_records
-- The next record versions after position $3 and up to $4, in their order. One that has a later
-- version is said to be superseded: that one is sent, here or by who wrote it.
SELECT either.*, EXISTS (
    SELECT FROM record AS later
    WHERE later.organization_id = $1 AND later.stream_id = $2 AND later.id = either.id
      AND later.version > either.version) AS superseded
FROM (
    (SELECT id, version, position, import_batch_id, arrived_at, change, fields FROM record
     WHERE organization_id = $1 AND stream_id = $2 AND version = 1 AND id > $3 AND id <= $4
     ORDER BY id LIMIT $5)
    UNION ALL
    (SELECT id, version, position, import_batch_id, arrived_at, change, fields FROM record
     WHERE organization_id = $1 AND stream_id = $2 AND version > 1
       AND position > $3 AND position <= $4
     ORDER BY position LIMIT $5)
) AS either ORDER BY position LIMIT $5

-- name: advance_backfill
-- Everything up to position $5 is sent.
UPDATE backfill SET backfilled_to = $5
WHERE organization_id = $1 AND stream_id = $2 AND reconciliation_id = $3 AND backfill_to = $4

-- name: end_backfill
-- All is sent.
DELETE FROM backfill
WHERE organization_id = $1 AND stream_id = $2 AND reconciliation_id = $3 AND backfill_to = $4

-- name: count_backfilled
-- $4 more records were told to this reconciliation.
UPDATE route SET routed = routed + $4
WHERE organization_id = $1 AND stream_id = $2 AND reconciliation_id = $3

-- name: defer_import_completed
-- Reconciliations that are still being backfilled hear of a completed import afterwards.
UPDATE backfill SET completed_imports = completed_imports || $3::bigint
WHERE organization_id = $1 AND stream_id = $2 RETURNING reconciliation_id

-- name: imports_completed
-- What a deferred announcement says.
SELECT id, accepted FROM import_batch
WHERE organization_id = $1 AND id = ANY($2::bigint[]) ORDER BY id

-- name: progress
-- How far ingest is with a reconciliation of these streams (null: of those routed to it); one
-- whose route is not known yet will be backfilled, of one that left counts what was sent by then.
SELECT coalesce(sum(CASE WHEN route.active IS NOT FALSE THEN stream.records ELSE route.routed END),
                0)::bigint AS accepted,
       coalesce(sum(route.routed), 0)::bigint AS routed,
       coalesce(bool_or(route.stream_id IS NULL OR route.active AND EXISTS (
           SELECT FROM backfill
           WHERE backfill.organization_id = $1 AND backfill.reconciliation_id = $2
             AND backfill.stream_id = route.stream_id)), false) AS backfilling
FROM stream LEFT JOIN route
  ON route.organization_id = $1 AND route.reconciliation_id = $2
 AND route.stream_id = stream.id
WHERE stream.organization_id = $1 AND stream.id = ANY (coalesce($3::bigint[], ARRAY(
    SELECT stream_id FROM route
    WHERE organization_id = $1 AND reconciliation_id = $2 AND active)))

-- name: streams_of_reconciliation
-- The streams that are routed to a reconciliation.
SELECT stream_id FROM route
WHERE organization_id = $1 AND reconciliation_id = $2 AND active
