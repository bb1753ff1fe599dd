-- name: schema
-- What a set-based batch needs, indexed for it.
CREATE TABLE record (
    id bigint PRIMARY KEY, reconciliation int NOT NULL, side text NOT NULL, cents bigint NOT NULL,
    currency text NOT NULL, direction text NOT NULL, day date NOT NULL, description text NOT NULL,
    external_id text NOT NULL, match_id bigint) WITH (fillfactor = 85);
CREATE TABLE open_item (
    reconciliation int NOT NULL, key bigint NOT NULL, side text NOT NULL, id bigint NOT NULL,
    PRIMARY KEY (reconciliation, key, id));
CREATE TABLE match (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a bigint, b bigint)

-- name: stage
-- What one transaction brought.
CREATE TEMPORARY TABLE stage (
    id bigint, reconciliation int, side text, cents bigint, day date, description text)
ON COMMIT DELETE ROWS

-- name: match
-- Pair equal keys first in, first out: new with old and new with new.
WITH fresh AS MATERIALIZED (
    SELECT s.*, hashtextextended(s.description || '|' || s.cents || '|' || s.day, 0) AS key FROM stage s
), wanted AS (
    SELECT reconciliation, key, CASE side WHEN 'A' THEN 'B' ELSE 'A' END AS side, count(*) AS n
    FROM fresh GROUP BY 1, 2, 3
), old AS (
    SELECT w.reconciliation, w.key, w.side, o.id FROM wanted w CROSS JOIN LATERAL (
        SELECT id FROM open_item WHERE reconciliation = w.reconciliation AND key = w.key
        AND side = w.side ORDER BY id LIMIT w.n) o
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY reconciliation, key, side ORDER BY id) AS n
    FROM (SELECT reconciliation, key, side, id, true AS new FROM fresh
          UNION ALL SELECT *, false FROM old) AS all_of_them
), pairs AS MATERIALIZED (
    SELECT a.reconciliation, a.key, a.id AS a, b.id AS b, a.new AS a_new, b.new AS b_new
    FROM ranked a JOIN ranked b USING (reconciliation, key, n) WHERE a.side = 'A' AND b.side = 'B'
), made AS (INSERT INTO match (a, b) SELECT a, b FROM pairs RETURNING id, a, b
), marked AS (
    UPDATE record r SET match_id = m.match_id
    FROM (SELECT id AS match_id, a AS id FROM made UNION ALL SELECT id, b FROM made) m
    WHERE r.id = m.id
), closed AS (
    DELETE FROM open_item o USING (
        SELECT reconciliation, key, a AS id FROM pairs WHERE NOT a_new
        UNION ALL SELECT reconciliation, key, b FROM pairs WHERE NOT b_new) p
    WHERE o.reconciliation = p.reconciliation AND o.key = p.key AND o.id = p.id
)
INSERT INTO open_item SELECT reconciliation, key, side, id FROM fresh f
WHERE f.id NOT IN (SELECT a FROM pairs UNION ALL SELECT b FROM pairs)
