-- Two records that differ are told of once, whatever rules say so, and until they differ no more.
CREATE POLICY migrating ON mismatch USING (true);
DELETE FROM mismatch later USING mismatch first
WHERE (first.organization_id, first.reconciliation_id, first.record_id, first.other_record_id)
      = (later.organization_id, later.reconciliation_id, later.record_id, later.other_record_id)
  AND first.rule_id < later.rule_id;
DROP POLICY migrating ON mismatch;
ALTER TABLE mismatch
    DROP CONSTRAINT mismatch_pkey,
    ADD PRIMARY KEY (organization_id, reconciliation_id, record_id, other_record_id);
CREATE INDEX mismatch_with ON mismatch (organization_id, reconciliation_id, other_record_id);

-- What a record says in these fields (paths into its JSON, the second spelling for the first).
CREATE FUNCTION said(fields bytea, flat text[], nested text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_agg(coalesce(record.said #>> path.flat::text[], record.said #>> path.nested::text[])
                     ORDER BY path.position)
    FROM (SELECT convert_from(fields, 'UTF8')::jsonb AS said OFFSET 0) AS record
    CROSS JOIN unnest(flat, nested) WITH ORDINALITY AS path (flat, nested, position)
$$;

CREATE FUNCTION amount_and_day(fields bytea) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (convert_from(fields, 'UTF8')::json ->> 'amount_minor') || ' '
           || (convert_from(fields, 'UTF8')::json ->> 'date')
$$;
