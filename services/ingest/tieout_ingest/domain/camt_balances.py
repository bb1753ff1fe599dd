"""Stated balances: for the proof, and as movements in reports that state them so."""

from datetime import date

from tieout_contracts.money import MoneyError, exponent_of
from tieout_contracts.record import Fields
from tieout_ingest.domain.amounts import positive_minor
from tieout_ingest.domain.camt import Balance, StatementHead
from tieout_ingest.domain.camt_amounts import direction_of
from tieout_ingest.domain.camt_carriers import day_at, is_bic
from tieout_ingest.domain.camt_records import rejection, statement_metadata
from tieout_ingest.domain.drafts import Record, draft
from tieout_ingest.domain.identity import reference_identity
from tieout_ingest.domain.limits import Limits
from tieout_ingest.domain.refusals import Rejection, ValueRefused
from tieout_ingest.domain.statement import Movement, StatedBalance, stated_amount

PROPRIETARY = "PRTRY:"


def stated_balance(balance: Balance) -> StatedBalance | None:
    """Read a balance for the report; None when its amount cannot be read.

    Without CdtDbtInd it counts as credit: banks that leave it out state positive balances.
    """
    texts = balance.texts
    credit = texts.get("CdtDbtInd") != "DBIT"
    amount = stated_amount(texts.get("Amt"), credit=credit)
    if amount is None:
        return None
    code = texts.get("Tp/CdOrPrtry/Prtry")
    return StatedBalance(
        type=texts.get("Tp/CdOrPrtry/Cd", "") if code is None else PROPRIETARY + code,
        subtype=texts.get("Tp/SubTp/Prtry") or texts.get("Tp/SubTp/Cd"),
        amount=amount,
        currency=texts.get("Amt@Ccy", ""),
        date=_day(balance),
    )


def is_movement(balance: Balance) -> bool:
    """Tell whether a balance states a counterparty's movement (a proprietary code)."""
    return "Tp/CdOrPrtry/Prtry" in balance.texts


def movement_of_balance(balance: Balance) -> Movement:
    """State what such a balance moves; it counts as booked."""
    stated = stated_balance(balance)
    signed = None if stated is None or "CdtDbtInd" not in balance.texts else stated.amount
    return Movement(currency=balance.texts.get("Amt@Ccy", ""), signed=signed, status="posted")


def balance_record(balance: Balance, head: StatementHead, limits: Limits) -> Record | Rejection:
    """Make the record of a counterparty's movement: its code is the counterparty."""
    texts = balance.texts
    code = texts["Tp/CdOrPrtry/Prtry"]
    account = texts.get("Tp/SubTp/Prtry") or head.account
    try:
        currency = texts.get("Amt@Ccy", "")
        exponent = exponent_of(currency)
        direction = direction_of(texts)
        minor = positive_minor(texts.get("Amt", ""), exponent=exponent)
        day = _stated_day(balance)
    except (ValueRefused, MoneyError) as refused:
        return rejection(balance.line, balance.path, refused)
    metadata = statement_metadata(head) | {"date_source": "Bal/Dt"}
    if head.account is not None:
        metadata["report_account"] = head.account
    if account is not None:
        metadata["account"] = account
    if is_bic(code):
        metadata["counterparty_bic"] = code
    fields = Fields(
        amount_minor=str(minor),
        exponent=exponent,
        currency=currency,
        direction=direction,
        date=day,
        value_date=day,
        counterparty=code,
        metadata=metadata,
    )
    identity = reference_identity(
        account=f"{head.account}/{account}",
        reference=code,
        detail_index=0,
        direction=direction,
        reversal=False,
        settlement_date=day,
    )
    raw = {"path": balance.path, "balance": balance.xml}
    return draft(
        fields=fields,
        identity=identity,
        line=balance.line,
        raw=raw,
        limits=limits,
        statement=balance.statement,
    )


def _stated_day(balance: Balance) -> date:
    day = day_at(balance.texts, "Dt")
    if day is None:
        raise ValueRefused("date_missing", "the balance states no date")
    return day


def _day(balance: Balance) -> date | None:
    try:
        return day_at(balance.texts, "Dt")
    except ValueRefused:
        return None
