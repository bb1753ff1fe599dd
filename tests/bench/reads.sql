-- :places reconciliations from :reconciliation on, each with :each open entries a side and twice as
-- many matches; every fifth open entry is overdue and has its exception. Streams :a and :b.

INSERT INTO matcher.reconciliation (organization_id, id, name, run_type, sign_mode, timezone, seq, entries, matched, overdue)
SELECT :organization, :reconciliation + place, 'Reads ' || place, 'continuous', 'same', 'UTC',
       6 * :each, 6 * :each, 4 * :each, 2 * :each / 5
FROM generate_series(1, :places) AS place;

INSERT INTO matcher.reconciliation_stream (organization_id, reconciliation_id, stream_id, side)
SELECT :organization, :reconciliation + place, stream, side
FROM generate_series(1, :places) AS place, (VALUES (:a, 'A'), (:b, 'B')) AS one (stream, side);

INSERT INTO exceptions.reconciliation (organization_id, id, version, name, stream_ids)
SELECT :organization, :reconciliation + place, 1, 'Reads ' || place, ARRAY[:a, :b]
FROM generate_series(1, :places) AS place;
INSERT INTO exceptions.projection (organization_id, reconciliation_id, applied_seq)
SELECT :organization, :reconciliation + place, 6 * :each FROM generate_series(1, :places) AS place;

-- The n-th entry of a reconciliation: odd ones on side A; the first 4 * :each are matched in pairs.
CREATE TEMPORARY TABLE laid AS
SELECT :reconciliation + place AS reconciliation_id, n AS entry_no,
       :record + (place - 1) * 6 * :each + n AS record_id, n % 2 = 1 AS is_a, n <= 4 * :each AS is_matched,
       :match + (place - 1) * 2 * :each + (n + 1) / 2 AS match_id, 1000 + n / 2 AS amount,
       n > 4 * :each AND n % 10 < 2 AS is_late, date '2026-01-01' + n % 300 AS day
FROM generate_series(1, :places) AS place, generate_series(1, 6 * :each) AS n;

INSERT INTO matcher.entry (organization_id, reconciliation_id, record_id, entry_no, version, stream_id, side,
                           match_id, overdue_at, overdue_seq, fields)
SELECT :organization, reconciliation_id, record_id, entry_no, 1, CASE WHEN is_a THEN :a ELSE :b END,
       CASE WHEN is_a THEN 'A' ELSE 'B' END, CASE WHEN is_matched THEN match_id END, '2100-01-01',
       CASE WHEN is_late THEN entry_no END,
       convert_to('{"amount_minor":"' || amount || '","exponent":2,"currency":"EUR","direction":"credit","date":"'
                  || day || '","reference":"q' || entry_no || '","external_id":"y' || record_id
                  || '","description":"payment of invoice ' || entry_no || '"}', 'UTF8')
FROM laid;
INSERT INTO matcher.open_entry (organization_id, reconciliation_id, entry_no, record_id, overdue_at, keys)
SELECT :organization, reconciliation_id, entry_no, record_id, CASE WHEN NOT is_late THEN timestamptz '2100-01-01' END,
       '{}'
FROM laid WHERE NOT is_matched;
INSERT INTO matcher.match (organization_id, id, reconciliation_id, kind, status, members, created_at)
SELECT :organization, match_id, reconciliation_id, 'manual', 'accepted', ARRAY[record_id, record_id + 1], now()
FROM laid WHERE is_matched AND is_a;

INSERT INTO exceptions.overdue_entry (organization_id, reconciliation_id, record_id, version, stream_id, side,
    signed_minor, exponent, currency, direction, date, description, overdue_at, overdue_seq)
SELECT :organization, reconciliation_id, record_id, 1, CASE WHEN is_a THEN :a ELSE :b END,
       CASE WHEN is_a THEN 'A' ELSE 'B' END, amount, 2, 'EUR', 'credit', day, 'payment', now(), entry_no
FROM laid WHERE is_late;
INSERT INTO exceptions.break (organization_id, id, reconciliation_id, record_id, stream_id, status, reason_code,
    reason, amount_minor, exponent, currency, overdue_at, created_at, updated_at, due_at, assigned_to,
    reopened_count, version, resolved_seq)
SELECT :organization, row_number() OVER (), reconciliation_id, record_id, CASE WHEN is_a THEN :a ELSE :b END,
       CASE WHEN entry_no % 40 = 0 THEN 'ASSIGNED' ELSE 'OPEN' END, 'UNMATCHED_OVERDUE', 'It has no counterpart',
       amount, 2, 'EUR', now(), now(), now(), now() + interval '3 days',
       CASE WHEN entry_no % 40 = 0 THEN 'ann@example.com' END, 0, 1, NULL
FROM laid WHERE is_late;
INSERT INTO exceptions.bucket (organization_id, id, reconciliation_id, stream_id, title, status, made_by, status_by,
    created_at, updated_at, opened_at, changed_seq, version)
SELECT :organization, 2 * place + number, :reconciliation + place, stream, 'Overdue', 'open', 'sweeper', 'sweeper',
       now(), now(), now(), 6 * :each, 1
FROM generate_series(1, :places) AS place, (VALUES (:a, 0), (:b, 1)) AS one (stream, number);

ANALYZE;
