-- What people say about a break, in their order; account_id is who said it.
CREATE SEQUENCE break_comment_id;
CREATE TABLE break_comment (
    organization_id bigint NOT NULL,
    id              bigint NOT NULL DEFAULT nextval('break_comment_id'),
    break_id        bigint NOT NULL,
    account_id      bigint NOT NULL,
    content         text NOT NULL,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX break_comment_of_break ON break_comment (organization_id, break_id, id);
CALL protect_tenant_table('break_comment');

DO $$
DECLARE
    worker text := 'tieout_' || current_schema() || '_worker';
    api    text := 'tieout_' || current_schema() || '_api';
BEGIN
    EXECUTE format('GRANT USAGE ON SEQUENCE break_comment_id TO %I, %I', worker, api);
END $$;
