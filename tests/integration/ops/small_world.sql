-- A database in which everything holds: eight records of one organisation, one exact match, one
-- force match with a write-off, one match in part, one suggestion, one overdue entry with its bucket
-- and break, one open entry with a break for a mismatch, one deleted record.

INSERT INTO ingest.stream (organization_id, id, key, name, type, expected_days,
                           arrival_grace_seconds, overlap, records, deleted, orphans, created_at)
VALUES (1, 1, 'bank', 'Bank', 'api', 2, 0, 'dedupe', 5, 1, 2, now()),
       (1, 2, 'books', 'Books', 'api', 2, 0, 'dedupe', 3, 0, 1, now());
INSERT INTO ingest.route (organization_id, stream_id, reconciliation_id, side, version, active, routed)
VALUES (1, 1, 1, 'A', 1, true, 5), (1, 2, 1, 'B', 1, true, 3);
INSERT INTO ingest.import_batch (organization_id, id, stream_id, source, filename, sha256, size_bytes,
    spool_name, status, next_item, accepted, skipped, rejected, created_at, progressed_at, completed_at)
VALUES (1, 1, 1, 'csv_upload', 'a.csv', '\x01', 1, 'a', 'completed', 4, 2, 1, 1, now(), now(), now()),
       (1, 2, 2, 'csv_upload', 'b.csv', '\x02', 1, 'b', 'completed', 2, 2, 0, 0, now(), now(), now());
INSERT INTO ingest.bulk_request (organization_id, id, source, on_conflict, status, stream_ids,
    total_items, items, successful_items, created_at, completed_at)
VALUES (1, 3, 'bulk_api', 'skip', 'completed', '{1}', 1, '[]', 1, now(), now());

CREATE TEMPORARY TABLE money AS
SELECT id, stream_id, convert_to(format('{"amount_minor":"%s","exponent":%s,"currency":"EUR",'
           '"direction":"credit","date":"2026-03-02","external_id":"x%s"}', amount, exponent, id),
           'UTF8') AS fields
FROM (VALUES (1, 1, 1000, 2), (2, 1, 250, 2), (3, 2, 10000, 3), (4, 2, 400, 2), (5, 1, 7, 2),
             (6, 1, 9, 2), (7, 1, 100, 2), (8, 2, 40, 2))
     AS one (id, stream_id, amount, exponent);

INSERT INTO ingest.record (organization_id, stream_id, id, version, position, identity,
    import_batch_id, bulk_request_id, source, arrived_at, fields, raw)
SELECT 1, stream_id, id, 1, id, 'x' || id, CASE WHEN id < 5 THEN stream_id END,
       CASE WHEN id = 5 THEN 3 END, 'csv_upload', now(), fields, '{}'
FROM money;
INSERT INTO ingest.record (organization_id, stream_id, id, version, position, identity, source,
    arrived_at, fields, raw, account_id, change)
SELECT 1, stream_id, id, 2, 10, 'x6', 'api', now(), fields, 'null', 1, 'deletion'
FROM money WHERE id = 6;
INSERT INTO ingest.record_change (organization_id, id, stream_id, record_id, version, kind,
    account_id, fields, raw, state, next_attempt_at, created_at)
SELECT 1, asked.id, stream_id, record_id, version, kind, 1, fields, 'null', state, now(), now()
FROM (VALUES (4, 6, 2, 'deletion', 'done'), (5, 1, 2, 'correction', 'refused'),
             (6, 5, 2, 'correction', 'pending')) AS asked (id, record_id, version, kind, state)
JOIN money ON money.id = record_id;

INSERT INTO matcher.reconciliation (organization_id, id, name, run_type, sign_mode, timezone, seq,
    entries, matched, ended, overdue, next_overdue_at)
VALUES (1, 1, 'Bank to books', 'continuous', 'same', 'UTC', 8, 8, 4, 1, 1, '2026-03-04');
INSERT INTO matcher.reconciliation_stream VALUES (1, 1, 1, 'A'), (1, 1, 2, 'B');
INSERT INTO matcher.entry (organization_id, reconciliation_id, record_id, entry_no, version,
    stream_id, side, match_id, overdue_at, overdue_seq, fields)
SELECT 1, 1, id, entry_no, 1, stream_id, CASE stream_id WHEN 1 THEN 'A' ELSE 'B' END, match_id,
       '2026-03-04', overdue_seq, fields
FROM money JOIN (VALUES (1, 1, 1000, NULL), (2, 2, 2000, 5), (3, 3, 1000, NULL), (4, 4, NULL, 6),
                        (5, 8, NULL, NULL), (6, 7, NULL, NULL), (7, 6, NULL, NULL),
                        (8, 5, 4000, NULL)) AS made (id, entry_no, match_id, overdue_seq) USING (id);
UPDATE matcher.entry SET version = 2, ended = 'withdrawn', ended_at = now() WHERE record_id = 6;
UPDATE matcher.entry SET left_minor = 60 WHERE record_id = 7;
INSERT INTO matcher.open_entry (organization_id, reconciliation_id, entry_no, record_id, overdue_at, keys)
VALUES (1, 1, 4, 4, NULL, '{44}'), (1, 1, 8, 5, '2026-03-04', '{55,56}'),
       (1, 1, 6, 7, '2026-03-04', '{}');
UPDATE matcher.open_entry SET suggested_by = 5000 WHERE record_id IN (4, 7);
INSERT INTO matcher.open_key (organization_id, reconciliation_id, key_hash, entry_no, record_id)
VALUES (1, 1, 44, 4, 4), (1, 1, 55, 8, 5), (1, 1, 56, 8, 5);
INSERT INTO matcher.match (organization_id, id, reconciliation_id, kind, operation_id, members,
    allocated, created_at, status, revoked_at)
VALUES (1, 1000, 1, 'exact', NULL, '{1,3}', NULL, now(), 'accepted', NULL),
       (1, 2000, 1, 'force', 1, '{2}', NULL, now(), 'accepted', NULL),
       (1, 3000, 1, 'manual', NULL, '{1,4}', NULL, now(), 'revoked', now()),
       (1, 4000, 1, 'manual', NULL, '{7,8}', '{40,NULL}', now(), 'accepted', NULL),
       (1, 5000, 1, 'tolerance', NULL, '{7,4}', NULL, now(), 'suggested', NULL);
INSERT INTO matcher.adjustment VALUES (1, 2000, 1, 250, 2, 'EUR', 'write_off');
INSERT INTO matcher.operation (organization_id, id, reconciliation_id, outcome, created_at)
VALUES (1, 1, 1, '{"status": "done", "match_id": 2000}', now()),
       (1, 2, 1, '{"status": "refused", "code": "entry_unknown"}', now());
INSERT INTO matcher.record_change (organization_id, id, record_id, outcome, created_at)
VALUES (1, 4, 6, '{"status": "done"}', now()), (1, 5, 1, '{"status": "refused"}', now());
INSERT INTO matcher.outbox (organization_id, topic, key, first_seq, last_seq, messages, payload, published_at)
VALUES (1, 'matches.v1', '1', 1, 2, 2, '', now()), (1, 'matches.v1', '1', 3, 4, 2, '', now()),
       (1, 'matches.v1', '1', 5, 8, 4, '', now()), (0, 'dead-letters.v1', 't:0', NULL, NULL, 1, '', now());
INSERT INTO matcher.dead_letter (topic, partition, "offset", reason, attempts)
VALUES ('t', 0, 9, 'not decodable', 1);

INSERT INTO exceptions.projection VALUES (1, 1, 8, 3);
INSERT INTO exceptions.overdue_entry (organization_id, reconciliation_id, record_id, version,
    stream_id, side, signed_minor, exponent, currency, direction, date, overdue_at, overdue_seq)
VALUES (1, 1, 4, 1, 2, 'B', 400, 2, 'EUR', 'credit', '2026-03-02', '2026-03-04', 6);
INSERT INTO exceptions.suggestion (organization_id, reconciliation_id, record_id, match_id)
VALUES (1, 1, 4, 5000), (1, 1, 7, 5000);
INSERT INTO exceptions.bucket (organization_id, id, reconciliation_id, stream_id, status, made_by,
    status_by, created_at, updated_at, changed_seq, version)
VALUES (1, 1, 1, 2, 'open', 'sweeper', 'sweeper', now(), now(), 6, 1);
INSERT INTO exceptions.break (organization_id, id, reconciliation_id, record_id, stream_id, status,
    reason_code, reason, amount_minor, exponent, currency, overdue_at, created_at, updated_at, due_at,
    reopened_count, version)
SELECT 1, id, 1, id, stream_id, status, 'UNMATCHED_OVERDUE', 'late', amount, 2, 'EUR', now(), now(),
       now(), now(), 0, 1
FROM (VALUES (2, 1, 'RESOLVED', 250), (4, 2, 'OPEN', 400), (5, 1, 'OPEN', 7))
     AS late (id, stream_id, status, amount);
UPDATE exceptions.break SET mismatch_with = 3 WHERE id = 5;
INSERT INTO exceptions.operation (organization_id, id, reconciliation_id, break_id, record_id,
    account_id, state, former_status, notes, override_reason, counterpart_record_ids,
    residual_treatment, attempts, next_attempt_at, created_at, updated_at, match_id)
SELECT 1, id, 1, 2, 2, 1, state, 'OPEN', 'n', 'BUSINESS_DECISION', '{}', 'write_off', 0, now(), now(),
       now(), match_id
FROM (VALUES (1, 'done', 2000), (2, 'refused', NULL), (3, 'pending', NULL)) AS asked (id, state, match_id);
INSERT INTO exceptions.outbox (organization_id, topic, key, first_seq, last_seq, messages, payload, published_at)
VALUES (1, 'exceptions.v1', '1', 1, 1, 1, '', now()), (1, 'exceptions.v1', '1', 2, 3, 2, '', now());

-- Two changes that callers made, each sealed with the one before it.
INSERT INTO exceptions.audit_entry (organization_id, seq, id, at, account_id, content, hash)
SELECT 1, 1, 'a', now(), 1, content, sha256(decode(repeat('00', 32), 'hex') || content)
FROM convert_to('{"seq":1,"id":"a"}', 'UTF8') AS content;
INSERT INTO exceptions.audit_entry (organization_id, seq, id, at, account_id, content, hash)
SELECT 1, 2, 'b', now(), 1, second.said, sha256(before.hash || second.said)
FROM exceptions.audit_entry AS before, convert_to('{"seq":2,"id":"b"}', 'UTF8') AS second (said);
INSERT INTO exceptions.audit_chain (organization_id, seq, hash)
SELECT organization_id, seq, hash FROM exceptions.audit_entry WHERE seq = 2;
