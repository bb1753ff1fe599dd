"""How much an entry moves, and whether its details are records of their own (semantics 10)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from tieout_contracts.record import Direction, RecordStatus
from tieout_ingest.domain.camt import Detail, Entry, Texts
from tieout_ingest.domain.refusals import FileRefused, ValueRefused, shown
from tieout_ingest.domain.statement import Movement, exact_sum, stated_amount

Records = Literal["entry", "details", "entry_unsplit"]
_DIRECTIONS: dict[str, Direction] = {"CRDT": "credit", "DBIT": "debit"}
_STATUSES: dict[str, RecordStatus] = {
    "BOOK": "posted", "PDNG": "pending", "FUTR": "pending", "INFO": "informational",
}  # fmt: skip


def direction_of(texts: Texts, *, default: str | None = None) -> Direction:
    """Read CdtDbtInd, of a detail with the entry's as default."""
    code = texts.get("CdtDbtInd", default)
    if code is None or code not in _DIRECTIONS:
        raise ValueRefused("unreadable_direction", f"CdtDbtInd is {shown(code)}, not CRDT or DBIT")
    return _DIRECTIONS[code]


def status_of(texts: Texts) -> RecordStatus:
    """Read Sts (a code, or Sts/Cd in later versions); none means booked."""
    code = texts.get("Sts") or texts.get("Sts/Cd") or texts.get("Sts/Prtry") or "BOOK"
    if code not in _STATUSES:
        raise ValueRefused("unknown_status", f"Sts is {shown(code)}, not {', '.join(_STATUSES)}")
    return _STATUSES[code]


def movement_of(entry: Entry) -> Movement:
    """State what the entry moves, without judging whether it can become a record."""
    code = entry.texts.get("CdtDbtInd")
    known = code in _DIRECTIONS
    signed = stated_amount(entry.texts.get("Amt"), credit=code == "CRDT") if known else None
    try:
        status: RecordStatus | None = status_of(entry.texts)
    except ValueRefused:
        status = None
    return Movement(currency=entry.texts.get("Amt@Ccy", ""), signed=signed, status=status)


def amount_key(detail: Detail) -> str | None:
    """Where a detail states the amount that counts: Amt, else AmtDtls/TxAmt/Amt."""
    return next((key for key in ("Amt", "AmtDtls/TxAmt/Amt") if key in detail.texts), None)


def records_from(entry: Entry) -> Records:
    """Decide whether an entry or each of its details is a record."""
    if len(entry.details) <= 1:
        return "entry"
    currency = entry.texts.get("Amt@Ccy")
    for detail in entry.details:
        key = amount_key(detail)
        if key is None or detail.texts.get(key + "@Ccy") != currency:
            return "entry_unsplit"
    return "details"


def check_details_sum(entry: Entry) -> None:
    """Raise FileRefused when details that are records of their own do not add up to the entry.

    Amounts that cannot be read are no matter of structure: they reject the entry in pass 2.
    """
    if records_from(entry) != "details":
        return
    stated = movement_of(entry).signed
    signed = [_signed(detail, entry) for detail in entry.details]
    readable = [amount for amount in signed if amount is not None]
    if stated is None or len(readable) < len(signed):
        return
    total = exact_sum(readable)
    if total != stated:
        raise FileRefused(
            "details_do_not_sum",
            f"{entry.path}/NtryDtls (line {entry.line}): the details sum to {total}, "
            f"the entry states {stated}; ask the bank for a corrected file",
        )


def _signed(detail: Detail, entry: Entry) -> Decimal | None:
    code = detail.texts.get("CdtDbtInd", entry.texts.get("CdtDbtInd"))
    if code not in _DIRECTIONS:
        return None
    return stated_amount(detail.texts.get(amount_key(detail) or ""), credit=code == "CRDT")


def shared_texts(details: Sequence[Detail]) -> Texts:
    """Return what all details of an entry agree on."""
    if not details:
        return {}
    first, *others = (detail.texts for detail in details)
    return {
        path: text for path, text in first.items() if all(one.get(path) == text for one in others)
    }
