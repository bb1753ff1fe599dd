-- Open entries from :first to :last, :block of which share a key, as if they had arrived long ago.
WITH base AS (SELECT seq FROM reconciliation WHERE id = :reconciliation)
INSERT INTO entry (organization_id, reconciliation_id, record_id, entry_no, version, stream_id, side, overdue_at, fields)
SELECT :organization, :reconciliation, n, base.seq + n - :first + 1, 1, 1, 'A', '2100-01-01',
       convert_to('{"amount_minor":"' || 1000 + n || '","exponent":2,"currency":"EUR","direction":"credit",'
                  || '"date":"2026-03-02","reference":"q' || n / :block || '","external_id":"y' || n || '"}', 'UTF8')
FROM base, generate_series(:first, :last) AS n;

WITH base AS (SELECT seq FROM reconciliation WHERE id = :reconciliation)
INSERT INTO open_entry (organization_id, reconciliation_id, entry_no, record_id, overdue_at, keys)
SELECT :organization, :reconciliation, base.seq + n - :first + 1, n, '2100-01-01',
       ARRAY[hashint8extended(n / :block, 7)]
FROM base, generate_series(:first, :last) AS n;

INSERT INTO open_key (organization_id, reconciliation_id, key_hash, entry_no, record_id)
SELECT organization_id, reconciliation_id, keys[1], entry_no, record_id FROM open_entry
WHERE reconciliation_id = :reconciliation AND record_id BETWEEN :first AND :last;

UPDATE reconciliation
SET seq = seq + :last - :first + 1, entries = entries + :last - :first + 1,
    keyed_no = seq + :last - :first + 1, pass_to = seq + :last - :first + 1
WHERE id = :reconciliation;
