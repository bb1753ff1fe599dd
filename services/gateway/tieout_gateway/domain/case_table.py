"""A case as one row of a table: dotted columns, lists as counts and identifiers.

Source of the guard: a spreadsheet takes a cell for a formula by its first character; see OWASP,
"CSV injection".
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_LISTS = ("case.flowLegs", "case.auditEvents", "evidence.rawRecords", "evidence.matchLinks")
_PLAIN = (
    "case.id", "case.organizationId", "case.paymentIntentId", "case.status",
    "case.reconciliationStatus", "case.expectedAmount", "case.actualAmount", "case.exceptionType",
    "case.createdAt", "case.updatedAt", "case.paymentIntent.externalReference",
    "case.paymentIntent.source.amount", "case.paymentIntent.source.currency",
    "case.paymentIntent.destination.amount", "case.paymentIntent.destination.currency",
    "case.paymentIntent.paymentType", "case.paymentIntent.paymentSubtype",
    "case.paymentIntent.stablecoin", "case.paymentIntent.chain",
    "case.paymentIntent.beneficiaryAccount", "case.paymentIntent.beneficiaryName",
    "case.paymentIntent.status", "case.paymentIntent.createdAt", "case.paymentIntent.updatedAt",
    "case.verdict", "case.unexplainedDelta", "case.slaAgeMinutes", "case.slaRisk",
    "case.requiredLegsTotal", "case.requiredLegsPresent", "case.evidenceCoverage.expected",
    "case.evidenceCoverage.provider", "case.evidenceCoverage.chain", "case.evidenceCoverage.bank",
    "case.evidenceCoverage.file", "case.providerFee", "case.networkFee", "case.developerFee",
    "case.fxSpread", "case.roundingDelta", "case.notes", "case.reconciledAt", "case.lastRunAt",
)  # fmt: skip
COLUMNS: Sequence[str] = (
    *_PLAIN,
    *(f"{name}.{part}" for name in _LISTS for part in ("count", "ids")),
)


def table_text(rows: Iterable[Sequence[str]]) -> bytes:
    """Write rows as RFC 4180 says: commas, CRLF, quotes where needed; UTF-8."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def row_of(bundle: Mapping[str, Any]) -> list[str]:
    """Write a bundle in the order of COLUMNS."""
    row = [cell(_at(bundle, name)) for name in _PLAIN]
    for name in _LISTS:
        ids = [str(one["id"]) for one in _at(bundle, name)]
        row += [str(len(ids)), " ".join(ids)]
    return row


def cell(value: object) -> str:
    """Write one value: null is empty; what a spreadsheet would compute gets an apostrophe.

    Numbers stay numbers, negative ones too.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def _at(bundle: Mapping[str, Any], path: str) -> Any:
    value: Any = bundle
    for name in path.split("."):
        value = value[name]
    return value
