-- How much of a rate limit is spent, over all processes of the gateway. Unlogged: no count waits
-- for the disk, and after a crash of the server every window begins anew.
CREATE UNLOGGED TABLE rate_count (
    name    text PRIMARY KEY,
    hits    bigint NOT NULL,
    ends_at timestamptz NOT NULL
) WITH (fillfactor = 50);
CREATE INDEX rate_count_ended ON rate_count (ends_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON rate_count TO tieout_gateway_worker;
