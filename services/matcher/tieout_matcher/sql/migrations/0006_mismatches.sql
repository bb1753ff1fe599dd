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
