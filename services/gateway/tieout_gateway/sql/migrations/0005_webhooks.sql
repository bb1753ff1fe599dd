-- Where callers want to be told of events, and what was and is to be told to each.

-- `secret` and `earlier_secret` are sealed under a key that is not in the database. A deleted
-- endpoint stays until its deliveries have been removed, a part at a time.
CREATE TABLE webhook_endpoint (
    organization_id     bigint NOT NULL REFERENCES organization,
    webhook_endpoint_id bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    url                 text NOT NULL CHECK (length(url) BETWEEN 1 AND 2000),
    description         text,
    event_types         text[] CHECK (cardinality(event_types) > 0),
    status              text NOT NULL DEFAULT 'enabled' CHECK (status IN ('enabled', 'disabled')),
    disabled_reason     text,
    secret              bytea NOT NULL,
    earlier_secret      bytea,
    earlier_until       timestamptz,
    failing_since       timestamptz,
    created_at          timestamptz NOT NULL,
    deleted_at          timestamptz,
    PRIMARY KEY (organization_id, webhook_endpoint_id),
    CHECK ((earlier_secret IS NULL) = (earlier_until IS NULL))
);

-- One event for one endpoint, once, however often the broker delivers it. `due_at` is also the
-- lease of who is sending it: it lapses when that one dies.
CREATE TABLE webhook_delivery (
    organization_id     bigint NOT NULL,
    webhook_delivery_id bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    webhook_endpoint_id bigint NOT NULL,
    event_id            text NOT NULL,
    event_type          text NOT NULL,
    webhook_id          text NOT NULL,
    payload             text NOT NULL,
    status              text NOT NULL DEFAULT 'pending'
        CHECK (status IN ('pending', 'delivered', 'failed')),
    attempts            int NOT NULL DEFAULT 0,
    due_at              timestamptz,
    created_at          timestamptz NOT NULL,
    last_attempt_at     timestamptz,
    last_status_code    int,
    last_error          text,
    delivered_at        timestamptz,
    PRIMARY KEY (organization_id, webhook_delivery_id),
    UNIQUE (webhook_endpoint_id, event_id),
    FOREIGN KEY (organization_id, webhook_endpoint_id) REFERENCES webhook_endpoint,
    CHECK ((status = 'pending') = (due_at IS NOT NULL))
);
CREATE INDEX webhook_delivery_due ON webhook_delivery (webhook_endpoint_id, due_at)
    WHERE status = 'pending';
-- For lists, by each of their filters.
CREATE INDEX webhook_delivery_of_endpoint
    ON webhook_delivery (organization_id, webhook_endpoint_id, webhook_delivery_id);
CREATE INDEX webhook_delivery_status
    ON webhook_delivery (organization_id, status, webhook_delivery_id);
CREATE INDEX webhook_delivery_type
    ON webhook_delivery (organization_id, event_type, webhook_delivery_id);
CREATE INDEX webhook_delivery_ended ON webhook_delivery (created_at) WHERE status <> 'pending';

CALL protect_tenant_table('webhook_endpoint');
CALL protect_tenant_table('webhook_delivery');

GRANT USAGE ON ALL SEQUENCES IN SCHEMA gateway TO tieout_gateway_worker, tieout_gateway_api;
