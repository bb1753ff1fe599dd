"""Where camt puts what a record carries: references, parties, agents, dates, texts."""

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from tieout_contracts.record import Direction
from tieout_ingest.domain.camt import StatementHead, Texts
from tieout_ingest.domain.dates import iso_day
from tieout_ingest.domain.identity import real_reference

_BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?", re.ASCII)
cached_day = lru_cache(maxsize=4096)(iso_day)


def _party(side: str) -> dict[str, tuple[str, ...]]:
    person, agent = f"RltdPties/{side}", f"RltdAgts/{side}Agt/FinInstnId"
    own_agent = f"RltdPties/{side}/Agt/FinInstnId"
    return {
        "name": (f"{person}/Nm", f"{person}/Pty/Nm"),
        "iban": (f"{person}Acct/Id/IBAN",),
        "bic": (f"{agent}/BICFI", f"{agent}/BIC", f"{own_agent}/BICFI"),
    }


_DETAIL_CARRIERS: Mapping[str, tuple[str, ...]] = {
    "end_to_end_id": ("Refs/EndToEndId",),
    "instruction_id": ("Refs/InstrId",),
    "tx_id": ("Refs/TxId",),
    "message_id": ("Refs/MsgId",),
    "uetr": ("Refs/UETR",),
    "account_servicer_ref": ("Refs/AcctSvcrRef",),
    **{f"debtor_{name}": paths for name, paths in _party("Dbtr").items()},
    **{f"creditor_{name}": paths for name, paths in _party("Cdtr").items()},
    "remittance": ("RmtInf/Ustrd", "RmtInf/Strd/CdtrRefInf/Ref", "RmtInf/Strd/AddtlRmtInf"),
    "bank_transaction_code": ("BkTxCd/Domn/Fmly/SubFmlyCd", "BkTxCd/Prtry/Cd"),
}
_ENTRY_CARRIERS: Mapping[str, tuple[str, ...]] = {
    "account_servicer_ref": ("AcctSvcrRef",),
    "message_id": ("NtryDtls/Btch/MsgId",),
    "entry_reference": ("NtryRef",),
    "bank_transaction_code": ("BkTxCd/Domn/Fmly/SubFmlyCd", "BkTxCd/Prtry/Cd"),
}
_AMOUNTS = {
    "detail": "Amt",
    "transaction": "AmtDtls/TxAmt/Amt",
    "instructed": "AmtDtls/InstdAmt/Amt",
    "counter_value": "AmtDtls/CntrValAmt/Amt",
}
# (of the detail?, path, is it the payment's own number, used again on other days?)
_REFERENCES = (
    (True, "Refs/TxId", True),
    (True, "Refs/AcctSvcrRef", False),
    (False, "AcctSvcrRef", False),
    (False, "NtryRef", False),
    (True, "Refs/InstrId", True),
    (True, "Refs/EndToEndId", True),
    (True, "Refs/UETR", False),
)
SETTLEMENT_DATE = "RltdDts/IntrBkSttlmDt"


def is_bic(code: str) -> bool:
    """Tell whether a code has the form of a BIC (ISO 9362)."""
    return _BIC.fullmatch(code) is not None


def carriers(detail: Texts, entry: Texts, direction: Direction) -> dict[str, Any]:
    """Collect the references, parties, agents, amounts and texts that are stated."""
    found: dict[str, Any] = {}
    for texts, table in ((detail, _DETAIL_CARRIERS), (entry, _ENTRY_CARRIERS)):
        for name, paths in table.items():
            for path in paths:
                if path in texts:
                    found.setdefault(name, texts[path])
                    break
    side = "debtor" if direction == "credit" else "creditor"
    for part in ("bic", "iban"):
        if f"{side}_{part}" in found:
            found[f"counterparty_{part}"] = found[f"{side}_{part}"]
    amounts = {
        name: {"amount": detail[path], "currency": detail.get(path + "@Ccy", "")}
        for name, path in _AMOUNTS.items()
        if path in detail
    }
    if amounts:
        found["amounts"] = amounts
    return found


def counterparty_name(metadata: Mapping[str, Any], direction: Direction) -> str | None:
    """Name the other side: the debtor of a credit, the creditor of a debit."""
    return metadata.get("debtor_name" if direction == "credit" else "creditor_name")


def description_of(metadata: Mapping[str, Any], detail: Texts, entry: Texts) -> str | None:
    """Describe a record: its remittance, else the bank's own words on it."""
    return metadata.get("remittance") or detail.get("AddtlTxInf") or entry.get("AddtlNtryInf")


def reference_of(detail: Texts, entry: Texts) -> tuple[str, bool] | None:
    """Return the first real reference, and whether it is the payment's own number."""
    for of_detail, path, own in _REFERENCES:
        reference = real_reference((detail if of_detail else entry).get(path))
        if reference is not None:
            return reference, own
    return None


def day_at(texts: Texts, path: str) -> date | None:
    """Read the day at a path, stated as a date or a date-time; None when nothing is stated."""
    text = texts.get(path) or texts.get(f"{path}/Dt") or texts.get(f"{path}/DtTm")
    return None if text is None else cached_day(text)


def dates_of(
    detail: Texts, entry: Texts, head: StatementHead
) -> tuple[date | None, str, date | None]:
    """Return (date, its carrier, settlement date), by the precedence of semantics 10."""
    settlement = day_at(detail, SETTLEMENT_DATE)
    for day, carrier in (
        (day_at(entry, "BookgDt"), "BookgDt"),
        (day_at(entry, "ValDt"), "ValDt"),
        (settlement, SETTLEMENT_DATE),
        (head.closing_date, "Bal/Dt"),
        (head.created_date, "CreDtTm"),
    ):
        if day is not None:
            return day, carrier, settlement
    return None, "", settlement
