-- name: add
-- Append chunks of messages to the journal, in the transaction of what they tell.
INSERT INTO outbox (organization_id, topic, key, first_seq, last_seq, messages, payload)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::int[], $7::bytea[])

-- name: lead
-- Become the one relay of this schema, until the session ends or lets another lead; or ask whoever
-- leads for a turn.
SELECT CASE WHEN pg_try_advisory_lock(hashtextextended('relay:' || current_schema(), 0)) THEN true
            ELSE (SELECT false FROM pg_notify('relay_' || current_schema(), 'asked')) END

-- name: let_lead
-- Lead no more, and tell those who asked.
SELECT pg_advisory_unlock(hashtextextended('relay:' || current_schema(), 0)),
       pg_notify('relay_' || current_schema(), 'free')

-- name: unpublished
-- The oldest chunks that the broker has not acknowledged; never by "id > last": gaps commit late.
SELECT id, created_at, organization_id, topic, key, payload
FROM outbox WHERE published_at IS NULL ORDER BY id LIMIT $1

-- name: mark_published
-- The broker has them. This commit waits for no disk: should a crash of the server lose it, they are
-- published twice, as after any crash between publishing and marking.
UPDATE outbox SET published_at = now()
FROM unnest($1::bigint[], $2::timestamptz[]) AS done (id, created_at),
     set_config('synchronous_commit', 'off', true)
WHERE outbox.id = done.id AND outbox.created_at = done.created_at

-- name: resend
-- Publish again the chunks of one key that hold any of the numbers $3..$4.
UPDATE outbox SET published_at = NULL
WHERE topic = $1 AND key = $2 AND last_seq >= $3 AND first_seq <= $4

-- name: wake
-- Tell the relays at commit that there is something to publish.
SELECT pg_notify('outbox_' || current_schema(), '')

-- name: partitions
-- This month and the next two have a partition.
SELECT outbox_partitions(current_date)

-- name: oldest_unpublished_seconds
-- Age of the oldest chunk still waiting, for readiness.
SELECT coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8
FROM outbox WHERE published_at IS NULL
