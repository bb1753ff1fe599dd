-- What streams demand of the metadata of their records.
CREATE SEQUENCE property_definition_id AS bigint;

CREATE TABLE property_definition (
    organization_id bigint NOT NULL,
    id              bigint NOT NULL DEFAULT nextval('property_definition_id'),
    stream_id       bigint NOT NULL,
    key             text NOT NULL, -- a member of the metadata
    name            text NOT NULL,
    type            text NOT NULL CHECK (type IN ('number', 'date', 'datetime', 'string', 'boolean')),
    optional        boolean NOT NULL,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT property_key_taken UNIQUE (organization_id, stream_id, key)
);
CALL protect_tenant_table('property_definition');
GRANT USAGE ON SEQUENCE property_definition_id TO tieout_ingest_worker, tieout_ingest_api;
