"""Which column is probably which field: by header words of common exports, then by content."""

from collections.abc import Callable, Mapping, Sequence

from tieout_ingest.domain.dates import like_a_date
from tieout_ingest.domain.profile import AmountColumns, Column, CsvProfile, SignRule
from tieout_ingest.domain.refusals import Problem
from tieout_ingest.domain.sniffing import Grid, date_format_of, is_amount, is_iso, marks

# Whole words, in lower case; the first column with one of them takes the field.
WORDS: Mapping[str, tuple[str, ...]] = {
    "date": ("date", "datum", "buchungstag", "buchungsdatum", "fecha", "data", "dátuma"),
    "value_date": ("value date", "valuta", "valutadatum", "wertstellung", "date de valeur"),
    "amount": ("amount", "betrag", "bedrag", "importe", "montant", "importo", "összege"),
    "debit": ("debit", "debet", "withdrawal", "withdrawals", "débit", "soll"),
    "credit": ("credit", "deposit", "deposits", "crédit", "haben"),
    "currency": ("currency", "ccy", "währung", "waehrung", "munt", "moneda", "monn.", "devise"),
    "description": ("description", "details", "verwendungszweck", "omschrijving", "concepto",
                    "memo", "purpose", "message"),
    "counterparty": ("counterparty", "payee", "naam", "name", "partner", "merchantname"),
    "external_id": ("external_id", "transaction id", "transactionid", "id"),
    "reference": ("reference", "ref", "referencia", "referenz"),
}  # fmt: skip


def propose(grid: Grid, encoding: str | None) -> tuple[CsvProfile, list[Problem]]:
    """Propose a profile for a sample, and say what a person has to decide or check."""
    roles = _roles(grid)
    questions: list[Problem] = []
    dates = _column(grid, roles.get("date"))
    other = [cell for cell in dates if not is_iso(cell) and like_a_date(cell)]
    date_format = date_format_of(other)
    if other and date_format is None:
        message = f"dates look like {other[0]!r}; state their format"
        questions.append(_question("date_format", "date_format_required", message))
    sign = _sign(grid, roles)
    amounts = [
        cell for name in ("amount", "debit", "credit") for cell in _column(grid, roles.get(name))
    ]
    decimal_mark, thousands_mark = marks(amounts)
    columns = {
        name: _name(grid, at) for name, at in roles.items() if name not in ("debit", "credit")
    }
    for name in ("date", "currency", *(() if sign else ("amount",))):
        if name not in columns:
            path = "default_currency" if name == "currency" else f"columns.{name}"
            questions.append(_question(path, "missing_field", f"no column looks like {name}"))
    profile = CsvProfile(
        delimiter=grid.delimiter,
        encoding=encoding,
        decimal_mark=decimal_mark,
        thousands_mark=thousands_mark,
        date_format=date_format,
        skip_rows=grid.skip_rows,
        header=grid.header is not None,
        columns=columns,
        sign=sign,
    )
    return profile, questions


def _roles(grid: Grid) -> dict[str, int]:
    header = [name.strip().casefold() for name in grid.header or []]
    roles: dict[str, int] = {}
    for exact in (True, False):
        for role, words in WORDS.items():
            at = _find(header, words, exact=exact, taken=set(roles.values()))
            if role not in roles and at is not None:
                roles[role] = at
    if "date" not in roles and "value_date" in roles:
        roles["date"] = roles.pop("value_date")
    _by_content(grid, roles, "date", like_a_date)
    if "debit" not in roles or "credit" not in roles:
        roles = {role: at for role, at in roles.items() if role not in ("debit", "credit")}
        _by_content(grid, roles, "amount", is_amount)
    return roles


def _find(
    header: Sequence[str], words: Sequence[str], *, exact: bool, taken: set[int]
) -> int | None:
    for word in words:
        for at, name in enumerate(header):
            if at not in taken and (name == word if exact else word in name.split()):
                return at
    return None


def _by_content(grid: Grid, roles: dict[str, int], role: str, fits: Callable[[str], bool]) -> None:
    """Take the first free column whose filled cells all fit, also over a header that does not."""
    if role in roles and all(fits(cell) for cell in _column(grid, roles[role])):
        return
    for at in range(len(grid.rows[0]) if grid.rows else 0):
        filled = _column(grid, at)
        if filled and at not in roles.values() and all(fits(cell) for cell in filled):
            roles[role] = at
            return


def _sign(grid: Grid, roles: Mapping[str, int]) -> SignRule | None:
    if "debit" in roles and "credit" in roles and "amount" not in roles:
        return AmountColumns(debit=_name(grid, roles["debit"]), credit=_name(grid, roles["credit"]))
    return None


def _column(grid: Grid, at: int | None) -> list[str]:
    return [] if at is None else [row[at].strip() for row in grid.rows if row[at].strip()]


def _name(grid: Grid, at: int) -> Column:
    if grid.header is None or grid.header.count(grid.header[at]) > 1:
        return at + 1
    return grid.header[at].strip()


def _question(path: str, code: str, message: str) -> Problem:
    return Problem(path=f"$.csv.{path}", code=code, message=message)
