"""What each check of `tieout verify` is there to see: statements that spoil a small world."""

CORRUPTIONS: dict[str, tuple[str, ...]] = {
    "rows_read": ("UPDATE ingest.import_batch SET next_item = 5 WHERE id = 1",),
    "records_stored": (
        "UPDATE ingest.import_batch SET accepted = 3, skipped = 0 WHERE id = 1",
        "UPDATE ingest.record SET import_batch_id = NULL WHERE id = 1",
        "UPDATE ingest.bulk_request SET successful_items = 2",
        "DELETE FROM ingest.import_batch WHERE id = 2",
    ),
    "record_versions": (
        "UPDATE ingest.record SET version = 2 WHERE id = 1",
        "UPDATE ingest.record SET position = 1 WHERE id = 2",
        """INSERT INTO ingest.record (organization_id, stream_id, id, version, position, source,
           arrived_at, fields, raw)
           SELECT organization_id, 2, id, 1, 77, source, arrived_at, fields, raw
           FROM ingest.record WHERE id = 1""",
    ),
    "routed": (
        "UPDATE ingest.stream SET records = 9 WHERE id = 1",
        "UPDATE ingest.stream SET deleted = 0 WHERE id = 1",
        "UPDATE ingest.stream SET orphans = 3 WHERE id = 1",
        "UPDATE ingest.route SET routed = 2 WHERE stream_id = 1",
    ),
    "entries_are_records": (
        r"""UPDATE matcher.entry SET fields =
            replace(encode(fields, 'escape'), '"amount_minor":"7"', '"amount_minor":"8"')::bytea
            WHERE record_id = 5""",
        "UPDATE matcher.entry SET record_id = 9 WHERE record_id = 5",
        "UPDATE matcher.entry SET side = 'B' WHERE record_id = 5",
        "UPDATE matcher.entry SET version = 2 WHERE record_id = 5",
    ),
    "arrived": ("DELETE FROM matcher.entry WHERE record_id = 5",),
    "money": (
        r"""UPDATE ingest.record SET fields =
            replace(encode(fields, 'escape'), '"amount_minor":"7"', '"amount_minor":"8"')::bytea
            WHERE id = 5""",
        "DELETE FROM matcher.open_entry WHERE record_id = 5",
        "UPDATE matcher.match SET status = 'revoked' WHERE id = 1000",
        "UPDATE ingest.record SET change = NULL WHERE version = 2",
    ),
    "matched_once": ("UPDATE matcher.match SET status = 'accepted' WHERE id = 3000",),
    "memberships": (
        "UPDATE matcher.entry SET match_id = NULL WHERE record_id = 1",
        "UPDATE matcher.entry SET match_id = 1000 WHERE record_id = 5",
        "UPDATE matcher.entry SET match_id = NULL WHERE record_id = 8",
    ),
    "parts": (
        "UPDATE matcher.entry SET left_minor = 61 WHERE record_id = 7",
        "UPDATE matcher.match SET allocated = '{41,NULL}' WHERE id = 4000",
    ),
    "reserved": (
        "UPDATE matcher.open_entry SET suggested_by = NULL WHERE record_id = 7",
        "UPDATE matcher.open_entry SET suggested_by = 5000 WHERE record_id = 5",
        "UPDATE matcher.match SET status = 'rejected' WHERE id = 5000",
    ),
    "one_version": (
        "UPDATE ingest.record_change SET state = 'done' WHERE id = 5",
        "UPDATE ingest.record_change SET state = 'refused' WHERE id = 4",
        "UPDATE ingest.record SET change = 'correction' WHERE version = 2",
        "DELETE FROM matcher.record_change WHERE id = 4",
        "DELETE FROM matcher.record_change WHERE id = 5",
        "DELETE FROM ingest.record_change WHERE id = 4",
    ),
    "sums": (
        "UPDATE matcher.adjustment SET amount_minor = 251",
        "UPDATE matcher.adjustment SET currency = 'USD'",
        "DELETE FROM matcher.adjustment",
        "UPDATE matcher.reconciliation SET sign_mode = 'opposite'",
        "DELETE FROM matcher.entry WHERE record_id = 3",
        "UPDATE matcher.match SET members = '{}' WHERE id = 1000",
        r"""UPDATE matcher.entry SET fields = replace(encode(fields, 'escape'), 'EUR', 'USD')::bytea
            WHERE record_id = 3""",
    ),
    "open_entries": (
        "DELETE FROM matcher.open_entry WHERE record_id = 5",
        "UPDATE matcher.open_entry SET record_id = 1 WHERE record_id = 5",
        "UPDATE matcher.open_entry SET overdue_at = now() WHERE record_id = 4",
        "UPDATE matcher.open_entry SET entry_no = 9 WHERE record_id = 5",
        "UPDATE matcher.entry SET ended = NULL WHERE record_id = 6",
    ),
    "open_keys": (
        "DELETE FROM matcher.open_key WHERE key_hash = 55",
        "INSERT INTO matcher.open_key VALUES (1, 1, 11, 1, 1)",
        "UPDATE matcher.open_key SET record_id = 4 WHERE key_hash = 55",
    ),
    "counters": (
        "UPDATE matcher.reconciliation SET entries = 4",
        "UPDATE matcher.reconciliation SET matched = 3",
        "UPDATE matcher.reconciliation SET overdue = 0",
        "UPDATE matcher.reconciliation SET awaited = 1",
        "UPDATE matcher.reconciliation SET awaited_versions = 1",
        "UPDATE matcher.reconciliation SET ended = 0",
        "UPDATE matcher.reconciliation SET next_overdue_at = '2026-03-05'",
        "UPDATE matcher.reconciliation SET next_overdue_at = NULL",
    ),
    "one_effect": (
        "UPDATE matcher.match SET operation_id = 1 WHERE id = 1000",
        "UPDATE matcher.match SET operation_id = 2 WHERE id = 1000",
        "UPDATE matcher.match SET operation_id = NULL",
        "DELETE FROM matcher.operation WHERE id = 1",
        "UPDATE exceptions.operation SET match_id = 1000 WHERE id = 1",
        "UPDATE exceptions.operation SET state = 'refused' WHERE id = 1",
        "UPDATE exceptions.operation SET state = 'done' WHERE id = 3",
        "DELETE FROM exceptions.operation WHERE id = 2",
    ),
    "outcome_numbers": (
        "DELETE FROM matcher.outbox WHERE first_seq = 3",
        "DELETE FROM matcher.outbox WHERE first_seq = 5",
        "UPDATE matcher.outbox SET first_seq = 2 WHERE first_seq = 3",
        "UPDATE matcher.outbox SET messages = 1 WHERE first_seq = 1",
        "UPDATE matcher.reconciliation SET seq = 9",
    ),
    "exception_numbers": (
        "DELETE FROM exceptions.outbox WHERE first_seq = 1",
        "UPDATE exceptions.projection SET exceptions_seq = 4",
    ),
    "dead_letters": (
        "INSERT INTO ingest.dead_letter VALUES ('t', 0, 1, 0, 'lost', 1)",
        "DELETE FROM matcher.outbox WHERE topic = 'dead-letters.v1'",
        "UPDATE exceptions.outbox SET topic = 'dead-letters.v1' WHERE first_seq = 1",
    ),
    "not_ahead": (
        "UPDATE exceptions.projection SET applied_seq = 9",
        "INSERT INTO exceptions.projection VALUES (1, 2, 1, 0)",
    ),
    "published": (
        "UPDATE matcher.outbox SET published_at = NULL WHERE first_seq = 5",
        "UPDATE exceptions.outbox SET published_at = NULL",
    ),
    "applied": (
        "UPDATE exceptions.projection SET applied_seq = 7",
        "DELETE FROM exceptions.projection",
        "INSERT INTO exceptions.parked_outcome VALUES (1, 1, 10, 'entry.unmatched', '')",
    ),
    "pending": (
        "UPDATE ingest.record_change SET created_at = now() - interval '11 minutes' WHERE id = 6",
        "UPDATE exceptions.operation SET created_at = now() - interval '11 minutes' WHERE id = 3",
        """UPDATE ingest.import_batch SET status = 'loading',
           progressed_at = now() - interval '11 minutes'""",
        """UPDATE ingest.bulk_request SET status = 'pending',
           created_at = now() - interval '11 minutes'""",
    ),
    "overdue_entries": (
        "DELETE FROM exceptions.overdue_entry",
        "UPDATE exceptions.overdue_entry SET signed_minor = -400",
        "UPDATE matcher.entry SET overdue_seq = NULL WHERE record_id = 4",
        "UPDATE matcher.entry SET left_minor = 399 WHERE record_id = 4",
    ),
    "bucket_aggregates": (
        "UPDATE exceptions.overdue_entry SET signed_minor = 401",
        "UPDATE exceptions.overdue_entry SET date = '2026-03-03'",
        "UPDATE matcher.entry SET left_minor = 399 WHERE record_id = 4",
        "DELETE FROM exceptions.overdue_entry",
    ),
    "live_buckets": (
        "DELETE FROM exceptions.bucket",
        "UPDATE exceptions.bucket SET status = 'resolved'",
        "UPDATE exceptions.bucket SET status = 'dismissed', closed_seq = 5",
    ),
    "breaks": (
        "DELETE FROM exceptions.break WHERE record_id = 4",
        "UPDATE exceptions.break SET status = 'RESOLVED' WHERE record_id = 4",
        "UPDATE exceptions.break SET status = 'OPEN' WHERE record_id = 2",
        "UPDATE exceptions.break SET mismatch_with = NULL WHERE record_id = 5",
        "UPDATE exceptions.break SET record_id = 1 WHERE record_id = 5",
    ),
    "suggestions": (
        "UPDATE matcher.open_entry SET suggested_by = 4000 WHERE record_id = 5",
        "INSERT INTO exceptions.suggestion VALUES (1, 1, 5, 4000)",
    ),
    "audit_chain": (
        """ALTER TABLE exceptions.audit_entry DISABLE TRIGGER USER;
           UPDATE exceptions.audit_entry SET content = content || ' '::bytea WHERE seq = 1""",
        """ALTER TABLE exceptions.audit_entry DISABLE TRIGGER USER;
           DELETE FROM exceptions.audit_entry WHERE seq = 1""",
        """ALTER TABLE exceptions.audit_entry DISABLE TRIGGER USER;
           DELETE FROM exceptions.audit_entry WHERE seq = 2""",
        "UPDATE exceptions.audit_chain SET seq = 3",
    ),
}
