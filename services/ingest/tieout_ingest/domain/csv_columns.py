"""Which column of a file is which field: found by header or number, once for the whole file."""

from collections.abc import Sequence

from msgspec import Struct

from tieout_ingest.domain.profile import (
    DEFAULT_COLUMNS,
    AmountColumns,
    Column,
    CsvProfile,
    DirectionColumn,
    SignedAmount,
    SignRule,
)
from tieout_ingest.domain.refusals import FileRefused

ABSENT = -1  # rows are read with one empty cell appended: an absent column is always empty


class Columns(Struct, frozen=True, kw_only=True):
    """Positions from 0, or ABSENT. `width` is how many cells every row has."""

    width: int
    sign: SignRule
    amount: int
    debit: int
    credit: int
    fields: dict[str, int]
    metadata: dict[str, int]


def locate_columns(header: Sequence[str], profile: CsvProfile) -> Columns:
    """Find the profile's columns in the header row; FileRefused names what is missing.

    Without a header row `header` is the first data row: only its width is used.
    """
    find = _Finder(header, has_header=profile.header)
    declared = profile.columns
    if declared is None:
        fields = {name: find.optional(name) for name in DEFAULT_COLUMNS}
    else:
        fields = dict.fromkeys(DEFAULT_COLUMNS, ABSENT)
        fields |= {name: find.required(column) for name, column in declared.items()}
    sign = profile.sign or (SignedAmount() if fields["direction"] == ABSENT else DirectionColumn())
    needed = {"date": fields["date"]}
    debit = credit = ABSENT
    if isinstance(sign, AmountColumns):
        debit, credit = find.required(sign.debit), find.required(sign.credit)
    else:
        needed["amount"] = fields["amount"]
    if isinstance(sign, DirectionColumn):
        needed["direction"] = fields["direction"]
    if profile.default_currency is None:
        needed["currency"] = fields["currency"]
    find.missing += [name for name, position in needed.items() if position == ABSENT]
    metadata = {name: find.required(column) for name, column in profile.metadata.items()}
    find.refuse_missing()
    return Columns(
        width=len(header), sign=sign, amount=fields["amount"], debit=debit, credit=credit,
        fields=fields, metadata=metadata,
    )  # fmt: skip


class _Finder:
    def __init__(self, header: Sequence[str], *, has_header: bool) -> None:
        self._header = [name.strip() for name in header]
        self._folded = [name.casefold() for name in self._header]
        self._has_header = has_header
        self.missing: list[str] = []

    def optional(self, column: Column) -> int:
        if isinstance(column, int):
            return column - 1 if column <= len(self._header) else ABSENT
        if not self._has_header:
            return ABSENT
        for names, name in ((self._header, column), (self._folded, column.casefold())):
            if names.count(name) > 1:
                raise FileRefused(
                    "ambiguous_column",
                    f"the header holds {column!r} twice; state the column by its number",
                )
            if name in names:
                return names.index(name)
        return ABSENT

    def required(self, column: Column) -> int:
        position = self.optional(column)
        if position == ABSENT:
            self.missing.append(str(column))
        return position

    def refuse_missing(self) -> None:
        if self.missing:
            names = ", ".join(repr(name) for name in dict.fromkeys(self.missing))
            stated = ", ".join(self._header)[:300]
            raise FileRefused(
                "missing_columns",
                f"the file has no column {names}; its columns are: {stated}. "
                "State in the profile which column is which (a currency for all rows is "
                "default_currency)",
            )
