"""What each field of a message means: in the schemas' descriptions and on the events page.

`Message.field` says it for one shape, `field` for every other shape that has it.
"""

from collections.abc import Mapping

MEANINGS: Mapping[str, str] = {
    "type": "the message's type, equal to the header `ce_type`",
    "organization_id": "the tenant; equal to the header `organization`",
    "reconciliation_id": "the reconciliation; also the message's key",
    "ReconciliationConfig.reconciliation_id": "the reconciliation",
    "seq": "number of this event in its reconciliation and topic, without gaps; apply it once",
    "at": "when the service decided it (RFC 3339, UTC)",
    "ImportCompleted.at": "when the last row was accepted (RFC 3339, UTC)",
    "RecordWithdrawn.at": "when it was withdrawn (RFC 3339, UTC)",
    "record_id": "the record",
    "BreakChanged.record_id": "the record whose entry is late or wrong",
    "version": "version of the record, from 1; a correction makes the next",
    "StreamConfig.version": "state number of the stream; apply only a higher one",
    "ReconciliationConfig.version": "state number of the reconciliation; apply only a higher one",
    "stream_id": "the stream that reported the record",
    "BucketChanged.stream_id": "the bucket's stream",
    "ImportCompleted.stream_id": "the stream of the import",
    "StreamConfig.stream_id": "the stream",
    "StreamSide.stream_id": "a stream of the reconciliation",
    "side": "A: what is reported; B: what the books expect",
    "import_batch_id": "the import that brought the record; null when it came one by one",
    "ImportCompleted.import_batch_id": "the import whose records all precede this message",
    "due_date": "calendar day until which a counterpart is expected",
    "arrival_grace_seconds": "seconds after arrival before the record may be overdue",
    "arrived_at": "when the record was accepted (RFC 3339, UTC)",
    "fields": "the business fields of the record",
    "RecordWithdrawn.fields": "the business fields that the record had",
    "records": "number of records of the import in this reconciliation",
    "amount_minor": "unsigned amount in minor units, up to 38 decimal digits, as text",
    "Adjustment.amount_minor": "signed amount in minor units: what side A has beyond side B",
    "exponent": "decimal places of the minor unit: amount = amount_minor / 10^exponent",
    "currency": "ISO 4217 or asset code, upper case",
    "Transaction.currency": "ISO 4217 or asset code",
    "direction": "gives the sign: credit is plus, debit is minus",
    "date": "calendar day of the movement, as written by the source",
    "value_date": "calendar day the money counts from",
    "description": "text of the movement",
    "counterparty": "name of the other party",
    "external_id": "the source's own identifier",
    "Transaction.external_id": "your identity of the transaction, unique in the stream",
    "reference": "payment or bank reference",
    "Fields.status": "posted, pending (only suggested matches) or informational",
    "reversal": "true when the source marks it as a reversal",
    "metadata": "further values of the source, usable in rules as `metadata.<path>`",
    "entry": "the record inside the reconciliation",
    "overdue_at": "when the open entry becomes an exception (RFC 3339, UTC)",
    "overdue_seq": "`seq` of its `entry.overdue`, once there was one",
    "match_id": "the match",
    "suggested_match_id": "the match that waits for a person's decision; absent without one",
    "BreakChanged.match_id": "the match that resolved the break",
    "kind": (
        "how it came about: by a rule exact (no difference), tolerance, rollup (many to one) or "
        "set (many to many); by a person manual or force"
    ),
    "run_id": "the run that found it; absent without one",
    "score": "0 to 100: how close the members are under the rule's conditions",
    "doubt": (
        "why it waits for a person: ambiguous (another counterpart is as close), "
        "below_min_score, pending (a member is not booked), manual_mode (the run only suggests)"
    ),
    "others": "records that could be taken instead",
    "MismatchFound.entry": "the expected entry, of side B",
    "MismatchFound.other": "the entry of side A with the same identity",
    "MismatchFound.reason": "what differs and what to do, a sentence",
    "MismatchEnded.entry": "the expected entry, of side B, still open",
    "MismatchEnded.other_record_id": "the record of side A that it was told to differ from",
    "ReasonFound.reason": "what was found and what to do, a sentence",
    "EntryOverdue.reason": "what is known of it, a sentence; absent when nothing more is",
    "MatchRejected.reason": "the words of the person who rejected it, or what took its place",
    "EntryWithdrawn.reason": "why it is no more",
    "EntryChanged.match_id": "the match that still holds the entry; absent when it is in none",
    "ended": "why the entry needs no match; absent when it may be matched",
    "allocated_minor": "part of the amount that the match takes, when not the whole (unsigned)",
    "left_minor": "part of the amount that is still open of a partly matched entry (unsigned)",
    "rule_id": "the rule that made it; absent without one",
    "rule_version": "version of that rule",
    "operation_id": "the person's operation that led to it; absent without one",
    "members": "the entries of the match, both sides",
    "MatchRevoked.members": "the entries that are open again",
    "adjustments": "what makes the sides tie: Σ A = Σ B + Σ adjustments, exactly",
    "note": "the words of the person who asked for it; absent without any",
    "Adjustment.reason": "why the difference was accepted",
    "MatchRevoked.reason": "the words of the person who revoked it",
    "bucket_id": "the bucket",
    "BucketChanged.old_status": "status before; absent when the bucket was created",
    "BucketChanged.new_status": "status after; absent when the bucket was deleted",
    "record_count": "number of records the bucket shows now",
    "by": "who made the transition",
    "break_id": "the break",
    "BreakChanged.old_status": "status before; absent when the break was opened",
    "BreakChanged.new_status": "status after",
    "reason_code": "the stable code of what is wrong",
    "BreakChanged.reason": "what is wrong and what to do, as a sentence for a person",
    "assigned_to": "who has the break, mostly an e-mail address; absent when nobody has",
    "resolution_type": "how a person resolved it; absent when it resolved by itself",
    "BreakResolutionRefused.status": "the status the break is back in",
    "code": "the stable code of the refusal",
    "message": "why, as a sentence for a person",
    "key": "the stream's key, unique in its organisation, used in paths and by producers",
    "name": "what people call it",
    "expected_days": "calendar days after its date until a record's counterpart is due",
    "run_type": "continuous: matched as records arrive; batch: only by a run",
    "sign_mode": "how amounts of side B are compared with those of side A",
    "timezone": "IANA name; calendar days end there",
    "streams": "the streams and their sides",
    "stream_key": "the key of the stream the transactions belong to",
    "transactions": "each is taken or refused by itself",
    "amount": "amount in minor units, never negative",
    "decimal_places": "decimal places of the minor unit; null: the currency's own",
}


def meaning_key(shape: str, field: str) -> str:
    """Return the key in MEANINGS for a field of a shape; raises KeyError when there is none."""
    own = f"{shape}.{field}"
    if own in MEANINGS:
        return own
    if field in MEANINGS:
        return field
    raise KeyError(f"tests/contracts/meanings.py does not say what {own} means")
