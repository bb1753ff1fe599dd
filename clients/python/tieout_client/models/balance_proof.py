"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from typing import Literal

from tieout_client.model import Model


class BalanceTerm(Model):
    """One sum of the equation, with the records that make it: the first hundred and a cursor."""

    term: Literal[
        "side_b",
        "side_a",
        "opening_difference",
        "open_b",
        "open_a",
        "closed",
        "ignored",
        "withdrawn",
        "adjustments",
        "matched_b",
        "matched_a",
        "misplaced",
    ]
    sum: int
    """minor units, as the sign mode counts them."""
    record_count: int
    """of `adjustments`: how many; of opening balances too."""
    opening_balance: int
    """the part of the sum that is in no record."""
    pending_count: int
    """of the records, not booked yet."""
    informational_count: int
    record_ids: list[int] | None = None
    """the lowest hundred."""
    match_ids: list[int] | None = None
    """of `adjustments`: the matches they make tie."""
    next_cursor: str | None
    """for …/balance_proof/entries?term=…&currency=…."""


class CurrencyProof(Model):
    """One currency's equation. side_b - side_a = opening_difference + open_b - open_a + closed
    + ignored + withdrawn + adjustments; what ended and adjustments count as B - A.
    """

    currency: str
    decimal_places: int
    """of all sums: the finest of the currency's records."""
    proven: bool
    """the difference is 0 and no record is misplaced."""
    side_difference: int
    """side_b - side_a."""
    difference: int
    """what the right side leaves unexplained."""
    terms: list[BalanceTerm]


class Gap(Model):
    """The statement before, which closed with another amount than this one opens with."""

    import_batch_id: int
    statement: int
    closing: int
    difference: int
    """this opening - that closing."""


class Statement(Model):
    """One statement of a file in one currency."""

    data_stream_key: str
    import_batch_id: int
    statement: int
    """its number within the file, from 1."""
    id: str | None = None
    """as it names itself."""
    opening: int | None
    opening_type: str | None = None
    booked: int
    """the file's own sum of what is booked."""
    entries: int
    """entries of the file, whatever their status."""
    closing: int | None
    closing_type: str | None = None
    balance_check: str
    """the file alone: ties, differs by X, or not stated."""
    records: int
    """the sum of its booked records, as they were loaded."""
    record_count: int
    record_ids: list[int]
    """the lowest hundred."""
    next_cursor: str | None
    """for …/balance_proof/entries?term=booked&…."""
    difference: int | None
    """opening + records - closing."""
    proven: bool | None
    """null: it does not state both balances."""
    gap: Gap | None


class SideOfDay(Model):
    """One side's statements of the day; a record that several of them hold counts once."""

    side: Literal["A", "B"]
    opening: int | None
    records: int
    record_count: int
    closing: int | None
    difference: int | None
    """opening + records - closing."""
    proven: bool | None
    other_difference: int | None
    """the same with the records of the other side's statements of this account."""
    proven_by_other_side: bool | None
    statements: list[Statement]


class BalanceDay(Model):
    account: str | None
    """as the statements name it."""
    currency: str | None
    decimal_places: int
    day: dt.date | None
    sides: list[SideOfDay]


class BalanceProof(Model):
    """Both proofs of a reconciliation: its equation by currency, its statements by day."""

    reconciliation_id: int
    as_of: dt.datetime | None
    sign_mode: Literal["same", "opposite", "absolute"]
    proven: bool
    """every currency of the equation is."""
    currencies: list[CurrencyProof]
    days: list[BalanceDay]
    """statements by account, currency and day."""
    next_cursor: str | None
    """for further days; null on the last page."""
    limit: int


class BalanceEntry(Model):
    """What makes a term: a record, or an adjustment of a match."""

    record_id: int | None = None
    match_id: int | None = None
    """of an adjustment; of a record, the match that holds it now."""
    data_stream_key: str | None = None
    side: Literal["A", "B"] | None = None
    amount: int
    """what the term counts of it, signed as the term counts."""
    currency: str
    decimal_places: int
    date: dt.date | None = None
    description: str | None = None
    external_id: str | None = None
    reference: str | None = None
    reason: str | None = None
    """of an adjustment."""


class BalanceEntryCursorPage(Model):
    data: list[BalanceEntry]
    next_cursor: str | None
    """null on the last page."""
    limit: int
