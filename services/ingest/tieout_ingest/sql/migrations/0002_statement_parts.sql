-- Which booked records the statements of an import consist of, one row a loaded chunk: what an
-- earlier file had brought is no record of this import, yet part of its statements.
CREATE TABLE statement_part (
    organization_id bigint NOT NULL,
    import_batch_id bigint NOT NULL,
    statement       int NOT NULL,    -- its number within the file
    item            bigint NOT NULL, -- the first item of the chunk
    days            jsonb NOT NULL,  -- how many of the records are of each date
    record_ids      bigint[] NOT NULL,
    PRIMARY KEY (organization_id, import_batch_id, statement, item)
);
CALL protect_tenant_table('statement_part');
