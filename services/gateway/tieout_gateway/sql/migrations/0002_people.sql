-- People beside service users. Both are actors: what they did, and what their idempotency keys
-- stand for, stays theirs whatever credential they come with.

ALTER TABLE account DROP CONSTRAINT account_kind_check;
ALTER TABLE account ADD CONSTRAINT account_kind_check CHECK (kind IN ('service', 'person'));
ALTER TABLE account
    ADD COLUMN subject text CHECK (length(subject) BETWEEN 1 AND 255),
    ADD COLUMN email   text CHECK (length(email) BETWEEN 3 AND 254),
    ADD CONSTRAINT account_subject_of_people CHECK ((kind = 'person') = (subject IS NOT NULL));

-- A person is one account of each of their organisations; the subject comes first, as the
-- organisations of a subject are looked for before any organisation is known.
CREATE UNIQUE INDEX account_subject ON account (subject, organization_id);
-- People are named by their address in some dialects: it has to mean one of them.
CREATE UNIQUE INDEX account_email ON account (organization_id, lower(email));
