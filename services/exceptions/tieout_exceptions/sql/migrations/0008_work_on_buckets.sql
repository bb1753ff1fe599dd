-- What people do to buckets beside their state: whose they are, what was said, what was looked for.

ALTER TABLE bucket ADD COLUMN assignee_ids bigint[] NOT NULL DEFAULT '{}';

CREATE SEQUENCE bucket_comment_id;
CREATE TABLE bucket_comment (
    organization_id bigint NOT NULL,
    id              bigint NOT NULL DEFAULT nextval('bucket_comment_id'),
    bucket_id       bigint NOT NULL,
    author_id       bigint NOT NULL,
    body            text NOT NULL,
    mentions        bigint[] NOT NULL,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX bucket_comment_of ON bucket_comment (organization_id, bucket_id, id);
CALL protect_tenant_table('bucket_comment');

-- filter_params: which of the bucket's entries were looked at, as the caller narrowed them.
CREATE SEQUENCE investigation_id;
CREATE TABLE investigation (
    organization_id            bigint NOT NULL,
    id                         bigint NOT NULL DEFAULT nextval('investigation_id'),
    bucket_id                  bigint NOT NULL,
    outcome                    text NOT NULL
        CHECK (outcome IN ('match_found', 'no_match', 'needs_review')),
    recommendation_text        text NOT NULL,
    confidence_percent         int NOT NULL CHECK (confidence_percent BETWEEN 0 AND 100),
    candidate_records_searched bigint NOT NULL,
    suggested_record_ids       bigint[] NOT NULL,
    filter_params              jsonb NOT NULL,
    created_at                 timestamptz NOT NULL,
    completed_at               timestamptz NOT NULL,
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX investigation_of ON investigation (organization_id, bucket_id, id);
CALL protect_tenant_table('investigation');

DO $$
DECLARE
    worker text := 'tieout_' || current_schema() || '_worker';
    api    text := 'tieout_' || current_schema() || '_api';
BEGIN
    EXECUTE format('GRANT USAGE ON SEQUENCE bucket_comment_id, investigation_id TO %I, %I', worker, api);
END $$;
