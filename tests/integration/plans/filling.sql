-- Two organisations with twenty thousand rows in each table that lists read. Every two hundredth row
-- is "rare": a filter that asks for it must not read the others.

SET TIME ZONE 'UTC';

INSERT INTO gateway.organization (organization_id, name, created_at) OVERRIDING SYSTEM VALUE
VALUES (7, 'Seven', now()), (8, 'Eight', now());
INSERT INTO gateway.account (organization_id, account_id, kind, name, created_at, subject, email)
OVERRIDING SYSTEM VALUE
SELECT o, o * 100000 + n, CASE WHEN n % 200 = 0 THEN 'person' ELSE 'service' END, 'N', now(),
       CASE WHEN n % 200 = 0 THEN 's' || n END, CASE WHEN n % 200 = 0 THEN n || '@example.com' END
FROM unnest(ARRAY[7, 8]) AS o, generate_series(1, 20000) AS n;
INSERT INTO gateway.api_key (organization_id, account_id, prefix, secret_hmac, name, scopes, created_at)
SELECT o, o * 100000 + CASE WHEN n % 200 = 0 THEN 200 ELSE n END,
       lpad(to_hex(o * 100000 + n), 8, '0'), decode(repeat('00', 32), 'hex'), 'k', '{view}', now()
FROM unnest(ARRAY[7, 8]) AS o, generate_series(1, 20000) AS n;
INSERT INTO gateway.webhook_endpoint (organization_id, webhook_endpoint_id, url, secret, created_at,
                                      told_from)
OVERRIDING SYSTEM VALUE
SELECT o, (o - 7) * 20000 + n, 'https://a.example/', '\x00', now(), now()
FROM unnest(ARRAY[7, 8]) AS o, generate_series(1, 20000) AS n;
INSERT INTO gateway.webhook_delivery (organization_id, webhook_endpoint_id, event_id, event_type,
                                      webhook_id, payload, status, due_at, created_at)
SELECT o, (o - 7) * 20000 + CASE WHEN n % 200 = 0 THEN 200 ELSE n END, n, CASE WHEN n % 200 = 0
       THEN 'rare' ELSE 'usual' END, 'm', '{}', CASE WHEN n % 200 = 0 THEN 'failed' ELSE 'pending' END,
       CASE WHEN n % 200 <> 0 THEN now() END, now()
FROM unnest(ARRAY[7, 8]) AS o, generate_series(1, 20000) AS n;

INSERT INTO ingest.stream (organization_id, id, key, name, type, expected_days, arrival_grace_seconds,
                           overlap, created_at)
SELECT o, n, 's' || n, 'S', 'api', 2, 0, 'dedupe', now()
FROM unnest(ARRAY[7, 8]) AS o, generate_series(1, 20) AS n;
INSERT INTO ingest.record (organization_id, stream_id, id, version, position, identity, import_batch_id,
                           bulk_request_id, source, arrived_at, fields, raw)
SELECT o, n % 2 + 1, n, 1, n, n::text, n / 20, n / 20,
       CASE WHEN n % 200 = 0 THEN 'rare' ELSE 'api' END, '2026-01-01'::timestamptz + n * interval '1 minute',
       '{}', '{}'
FROM unnest(ARRAY[7, 8]) AS o, generate_series(1, 20000) AS n;
INSERT INTO ingest.import_batch (organization_id, id, stream_id, source, filename, sha256, size_bytes,
    spool_name, status, created_at, progressed_at, first_record_id, last_record_id)
SELECT o, n, CASE WHEN n % 200 = 0 THEN 3 ELSE 4 END, 'csv', 'f', decode(md5(n::text), 'hex'), 1, 's',
       'completed', now(), now(), n * 20, n * 20 + 19
FROM unnest(ARRAY[7, 8]) AS o, generate_series(1, 20000) AS n;
INSERT INTO ingest.bulk_request (organization_id, id, source, on_conflict, status, stream_ids,
    total_items, items, created_at)
SELECT o, n, 'bulk_api', 'skip', CASE WHEN n % 200 = 0 THEN 'failed' ELSE 'completed' END,
       ARRAY[CASE WHEN n % 200 = 0 THEN 3 ELSE 4 END], 1, '[]',
       '2026-01-01'::timestamptz + n * interval '1 minute'
FROM unnest(ARRAY[7, 8]) AS o, generate_series(1, 20000) AS n;
INSERT INTO ingest.bulk_result (organization_id, bulk_request_id, index, status)
SELECT o, n / 100, n % 100, 'successful'
FROM unnest(ARRAY[7, 8]) AS o, generate_series(1, 20000) AS n;
INSERT INTO ingest.property_definition (organization_id, stream_id, key, name, type, optional, created_at)
SELECT o, n % 1000, n::text, 'P', 'string', true, now()
FROM unnest(ARRAY[7, 8]) AS o, generate_series(1, 20000) AS n;

INSERT INTO matcher.reconciliation (organization_id, id, name, run_type, sign_mode, timezone, deleted_at)
SELECT o, o * 100000 + n, 'R', 'continuous', 'same', 'UTC', CASE WHEN n % 2000 = 0 THEN now() END
FROM unnest(ARRAY[7, 8]) AS o, generate_series(1, 20000) AS n;
INSERT INTO matcher.reconciliation_stream (organization_id, reconciliation_id, stream_id, side)
SELECT organization_id, id, 1, 'A' FROM matcher.reconciliation;
INSERT INTO matcher.rule (organization_id, id, version, reconciliation_id, priority, status, source, body,
                          created_at)
SELECT o, n, 1, o * 100000 + n % 1000, 0, 'active', 'user', '{}', now()
FROM unnest(ARRAY[7, 8]) AS o, generate_series(1, 20000) AS n;
INSERT INTO matcher.run (organization_id, id, reconciliation_id, mode, status, created_at)
SELECT o, n, o * 100000 + n % 1000, 'automatic', 'completed', now()
FROM unnest(ARRAY[7, 8]) AS o, generate_series(1, 20000) AS n;
INSERT INTO matcher.entry (organization_id, reconciliation_id, record_id, entry_no, version, stream_id,
                           side, overdue_at, overdue_seq, fields)
SELECT o, o * 100000 + 1, n, n, 1, CASE WHEN n % 200 = 0 THEN 3 ELSE 4 END,
       CASE WHEN n % 200 = 0 THEN 'B' ELSE 'A' END, now(), CASE WHEN n % 200 = 0 THEN n END, '{}'
FROM unnest(ARRAY[7, 8]) AS o, generate_series(1, 20000) AS n;
INSERT INTO matcher.open_entry (organization_id, reconciliation_id, entry_no, record_id, keys)
SELECT organization_id, reconciliation_id, entry_no, record_id, '{}' FROM matcher.entry;
INSERT INTO matcher.match (organization_id, id, reconciliation_id, kind, status, members, created_at, run_id)
SELECT o, n, o * 100000 + CASE WHEN n % 200 = 0 THEN 1 ELSE 2 END, 'exact',
       CASE WHEN n % 200 = 0 THEN 'suggested' ELSE 'accepted' END, '{1,2}', now(), n / 20
FROM unnest(ARRAY[7, 8]) AS o, generate_series(1, 20000) AS n;

INSERT INTO exceptions.reconciliation (organization_id, id, version, name, stream_ids)
SELECT o, o * 100000 + n, 1, 'R', '{1}' FROM unnest(ARRAY[7, 8]) AS o, generate_series(1, 20000) AS n;
INSERT INTO exceptions.break (organization_id, id, reconciliation_id, record_id, stream_id, status,
    reason_code, reason, amount_minor, exponent, currency, overdue_at, created_at, updated_at, due_at,
    assigned_to, external_system, reopened_count, version, resolved_seq)
SELECT o, n, o * 100000 + CASE WHEN n % 200 = 0 THEN 1 WHEN n % 50 = 1 THEN 4 ELSE 2 END, n, 1,
       CASE WHEN n % 200 = 0 THEN 'OPEN' ELSE 'RESOLVED' END, 'UNMATCHED_OVERDUE', 'r', 1, 2, 'EUR',
       now(), '2026-01-01'::timestamptz + n * interval '1 minute', now(), now(),
       CASE WHEN n % 200 = 0 THEN 'ann' ELSE 'bob' || n % 20 END,
       CASE WHEN n % 200 = 0 THEN 'JIRA' ELSE 'OTHER' END, 0, 1, 0
FROM unnest(ARRAY[7, 8]) AS o, generate_series(1, 20000) AS n;
INSERT INTO exceptions.break_comment (organization_id, break_id, account_id, content, created_at)
SELECT o, n % 1000, 1, 'c', now() FROM unnest(ARRAY[7, 8]) AS o, generate_series(1, 20000) AS n;
INSERT INTO exceptions.bucket (organization_id, id, reconciliation_id, stream_id, status, made_by,
    status_by, created_at, updated_at, changed_seq, version)
SELECT o, n, o * 100000 + n % 1000, n, CASE WHEN n % 200 = 0 THEN 'open' ELSE 'resolved' END,
       'sweeper', 'sweeper', now(), now(), 1, 1
FROM unnest(ARRAY[7, 8]) AS o, generate_series(1, 20000) AS n;
INSERT INTO exceptions.bucket_comment (organization_id, bucket_id, author_id, body, mentions, created_at)
SELECT o, n % 1000, 1, 'c', '{}', now() FROM unnest(ARRAY[7, 8]) AS o, generate_series(1, 20000) AS n;
INSERT INTO exceptions.audit_entry (organization_id, seq, id, at, account_id, content, hash)
SELECT o, n, n::text, '2026-01-01'::timestamptz + n * interval '1 minute',
       CASE WHEN n % 200 = 0 THEN 1 ELSE n % 20 + 2 END, '', ''
FROM unnest(ARRAY[7, 8]) AS o, generate_series(1, 20000) AS n;
INSERT INTO exceptions.payment_intent (organization_id, record_id, version, external_reference, fields,
                                       created_at, updated_at)
SELECT o, n, 1, 'INV-' || n, '{}', now(), now()
FROM unnest(ARRAY[7, 8]) AS o, generate_series(1, 20000) AS n;
INSERT INTO exceptions.payment_case (organization_id, id, reconciliation_id, record_id,
    external_reference, status, reconciliation_status, withdrawn, last_run_at, created_at, updated_at, version)
SELECT o, n, o * 100000 + 3, n, 'INV-' || n, CASE WHEN n % 200 = 0 THEN 'archived' ELSE 'open' END,
       CASE WHEN n % 200 = 0 THEN 'tentatively_reconciled' ELSE 'unreconciled' END, false, now(),
       '2026-01-01'::timestamptz + n * interval '1 minute', now(), 1
FROM unnest(ARRAY[7, 8]) AS o, generate_series(1, 20000) AS n;

ANALYZE;
