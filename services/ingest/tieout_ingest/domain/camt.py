"""What camt files say, as values: statement heads, balances, entries and their details.

`texts` maps local paths below the element (`Refs/TxId`, `Amt`, `Amt@Ccy`) to their text: the first
of several, except for unstructured remittance lines, which are joined.
"""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

Texts = Mapping[str, str]


class Balance(Struct, frozen=True, kw_only=True):
    line: int
    path: str
    statement: int
    texts: Texts
    xml: str


class Detail(Struct, frozen=True, kw_only=True):
    line: int
    path: str
    texts: Texts
    xml: str


class Entry(Struct, frozen=True, kw_only=True):
    """One entry; its own XML comes without its details, which have theirs."""

    line: int
    path: str
    statement: int
    texts: Texts
    xml: str
    details: tuple[Detail, ...]


class StatementEnd(Struct, frozen=True, kw_only=True):
    """The end of statement number `statement`, with everything in it but entries and balances."""

    line: int
    path: str
    statement: int
    texts: Texts


class StatementHead(Struct, frozen=True, kw_only=True):
    """What the records of a statement take from it: known after pass 1, wherever it stood."""

    account: str | None
    id: str | None
    currency: str | None
    closing_date: date | None
    created_date: date | None


Event = Balance | Entry | StatementEnd
