-- The relay of the process that adds to the journal is woken by its commit; who has none beside it
-- notifies by itself. Transactions that notify commit one after the other, each until the disk has
-- it: no two share a flush.

DROP TRIGGER outbox_wakes_relay ON outbox;
DROP FUNCTION outbox_notify();
