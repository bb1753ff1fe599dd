"""A stream's profile: how its files are to be read. Declared by people, never guessed."""

from collections.abc import Iterator
from typing import Any, Literal

import msgspec
from msgspec import Struct, field

from tieout_contracts.money import MAX_EXPONENT
from tieout_contracts.record import Direction
from tieout_ingest.domain.dates import parse_date_format
from tieout_ingest.domain.refusals import JsonRefused, Problem, ValueRefused

Column = str | int
MOST_SKIPPED = 1000
DEFAULT_COLUMNS = (
    "date", "amount", "currency", "direction", "description", "external_id",
    "value_date", "counterparty", "reference", "status",
)  # fmt: skip
_MAPPED_VALUES = {
    "direction": frozenset({"credit", "debit"}),
    "status": frozenset({"posted", "pending", "informational"}),
}


class SignedAmount(Struct, frozen=True, kw_only=True, tag_field="rule", tag="signed"):
    """One signed column `amount`; `positive` says what a number without a minus means."""

    positive: Direction = "credit"


class AmountColumns(Struct, frozen=True, kw_only=True, tag_field="rule", tag="columns"):
    """Two unsigned columns, of which one is filled (the other empty or zero)."""

    debit: Column
    credit: Column


class DirectionColumn(Struct, frozen=True, kw_only=True, tag_field="rule", tag="direction"):
    """One unsigned column `amount` and a column `direction`, read through its value map."""


SignRule = SignedAmount | AmountColumns | DirectionColumn


class CsvProfile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a delimited file is read.

    `columns` maps our fields to headers (or to numbers from 1 when there is no header row);
    without it the default headers are taken as far as the file has them. Without a `sign` rule a
    file with a column `direction` has unsigned amounts, any other has signed ones.
    `date_format` uses YYYY YY MM M MMM DD D HH mm ss; without it dates are ISO 8601.
    """

    delimiter: str = ","
    quote: str = '"'
    encoding: str | None = None
    decimal_mark: Literal[".", ","] = "."
    thousands_mark: Literal["", ",", ".", " ", "'"] = ""
    date_format: str | None = None
    skip_rows: int = 0
    header: bool = True
    columns: dict[str, Column] | None = None
    metadata: dict[str, Column] = field(default_factory=dict)
    sign: SignRule | None = None
    value_maps: dict[str, dict[str, str]] = field(default_factory=dict)
    default_currency: str | None = None
    exponents: dict[str, int] = field(default_factory=dict)


class CamtProfile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`proprietary_balances`: a clearing report that states movements as coded balances."""

    records_from: Literal["entries", "proprietary_balances"] = "entries"


class Profile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a stream declares for each kind of file it may be given."""

    csv: CsvProfile = CsvProfile()
    camt: CamtProfile = CamtProfile()


def profile_from_json(document: Any) -> Profile:
    """Read a profile from decoded JSON (None: the default one); JsonRefused names each path."""
    try:
        profile = msgspec.convert({} if document is None else document, Profile)
    except msgspec.ValidationError as refused:
        message, _, path = str(refused).partition(" - at `")
        raise JsonRefused(
            Problem(path=path.rstrip("`") or "$", code="invalid_profile", message=message)
        ) from None
    problems = tuple(_problems(profile.csv))
    if problems:
        raise JsonRefused(*problems)
    return profile


def _problems(csv: CsvProfile) -> Iterator[Problem]:
    for path, wrong, message in (
        ("delimiter", len(csv.delimiter) != 1 or csv.delimiter in '"\r\n', "is one character"),
        ("quote", len(csv.quote) > 1 or csv.quote == csv.delimiter, "is one character or empty"),
        ("encoding", not _known_encoding(csv.encoding), "is not an encoding known here"),
        ("thousands_mark", csv.thousands_mark == csv.decimal_mark, "equals the decimal mark"),
        ("skip_rows", not 0 <= csv.skip_rows <= MOST_SKIPPED, f"is between 0 and {MOST_SKIPPED}"),
        ("default_currency", csv.default_currency == "", "is not empty"),
    ):
        if wrong:
            yield _problem(path, message)
    if csv.date_format is not None:
        try:
            parse_date_format(csv.date_format)
        except ValueRefused as refused:
            yield _problem("date_format", str(refused), code=refused.code)
    yield from _field_problems(csv)
    yield from _position_problems(csv)
    yield from _map_problems(csv)


def _field_problems(csv: CsvProfile) -> Iterator[Problem]:
    known = DEFAULT_COLUMNS if csv.columns is None else tuple(csv.columns)
    for name in known:
        if name not in DEFAULT_COLUMNS:
            message = f"is none of {', '.join(DEFAULT_COLUMNS)}; other columns go to `metadata`"
            yield _problem(f"columns.{name}", message, code="unknown_field")
    if csv.columns is None and not csv.header:
        message = "is needed for a file without a header row"
        yield _problem("columns", message, code="missing_field")
    needed = ["date"]
    if not isinstance(csv.sign, AmountColumns):
        needed.append("amount")
    if isinstance(csv.sign, DirectionColumn):
        needed.append("direction")
    for name in needed:
        if name not in known:
            yield _problem(f"columns.{name}", "is needed", code="missing_field")


def _position_problems(csv: CsvProfile) -> Iterator[Problem]:
    stated = {f"columns.{name}": column for name, column in (csv.columns or {}).items()}
    stated |= {f"metadata.{name}": column for name, column in csv.metadata.items()}
    if isinstance(csv.sign, AmountColumns):
        stated |= {"sign.debit": csv.sign.debit, "sign.credit": csv.sign.credit}
    for path, column in stated.items():
        if isinstance(column, int) and column < 1:
            yield _problem(path, "columns are numbered from 1")
        if isinstance(column, str) and not csv.header:
            yield _problem(path, "is a name, but there is no header row; state its number")


def _map_problems(csv: CsvProfile) -> Iterator[Problem]:
    for name, mapping in csv.value_maps.items():
        allowed = _MAPPED_VALUES.get(name)
        if allowed is None and name != "currency":
            message = "only direction, status and currency are mapped"
            yield _problem(f"value_maps.{name}", message, code="unknown_field")
        for written, meant in mapping.items():
            if allowed is not None and meant not in allowed:
                message = f"is one of {', '.join(sorted(allowed))}"
                yield _problem(f"value_maps.{name}.{written}", message)
    for currency, exponent in csv.exponents.items():
        if not 0 <= exponent <= MAX_EXPONENT:
            yield _problem(f"exponents.{currency}", f"is between 0 and {MAX_EXPONENT}")


def _problem(path: str, message: str, *, code: str = "invalid_profile") -> Problem:
    return Problem(path=f"$.csv.{path}", code=code, message=message)


def _known_encoding(name: str | None) -> bool:
    if name is None:
        return True
    try:
        "".encode(name)
    except (LookupError, ValueError):  # unknown, or no text encoding at all
        return False
    return True
