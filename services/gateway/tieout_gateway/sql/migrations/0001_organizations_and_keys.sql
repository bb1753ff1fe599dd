-- Who may knock at the public door: organisations, their accounts, and the keys of the accounts.

CREATE TABLE organization (
    organization_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name            text NOT NULL CHECK (name <> ''),
    created_at      timestamptz NOT NULL
);

-- An actor. A key acts as its account, so that changing a key does not change who acts.
CREATE TABLE account (
    organization_id bigint NOT NULL REFERENCES organization,
    account_id      bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    kind            text NOT NULL CHECK (kind IN ('service')),
    name            text NOT NULL CHECK (name <> ''),
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, account_id)
);

-- Only an HMAC of the secret is kept. The prefix is public: it finds the row and names the key.
CREATE TABLE api_key (
    organization_id bigint NOT NULL,
    api_key_id      bigint GENERATED ALWAYS AS IDENTITY,
    account_id      bigint NOT NULL,
    prefix          text NOT NULL UNIQUE CHECK (prefix ~ '^[0-9a-z]{8}$'),
    secret_hmac     bytea NOT NULL CHECK (length(secret_hmac) = 32),
    name            text NOT NULL,
    scopes          text[] NOT NULL
        CHECK (scopes <@ ARRAY['view', 'act', 'approve', 'admin'] AND cardinality(scopes) > 0),
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz,
    revoked_at      timestamptz,
    last_used_at    timestamptz,
    PRIMARY KEY (organization_id, api_key_id),
    FOREIGN KEY (organization_id, account_id) REFERENCES account
);
CREATE INDEX api_key_of_account ON api_key (organization_id, account_id);

CALL protect_tenant_table('organization');
CALL protect_tenant_table('account');
CALL protect_tenant_table('api_key');

GRANT USAGE ON ALL SEQUENCES IN SCHEMA gateway TO tieout_gateway_worker, tieout_gateway_api;
