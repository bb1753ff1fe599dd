"""A proposal of how to read a delimited file. It only proposes: a person declares the profile."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from tieout_ingest.domain.dates import iso_day, like_a_date
from tieout_ingest.domain.refusals import ValueRefused

DELIMITERS = (",", ";", "\t", "|")
ROWS_LOOKED_AT = 60
_AMOUNT = re.compile(
    r"[-+(\u2212]?\s?([A-Z]{3}\s)?[^\w\s]?\s?[-+]?[\d.,][\d.,' \u00a0\u202f\u2019]*"
    r"([^\w\s]|[A-Z]{3})?[-+)]?"
)
_ENDS_IN = {",": re.compile(r",\d{1,2}\D*$"), ".": re.compile(r"\.\d{1,3}\D*$")}
_GROUPS = {
    ",": re.compile(r"\d,\d{3}"),
    ".": re.compile(r"\d\.\d{3}"),
    "'": re.compile(r"\d['\u2019]\d{3}"),
    " ": re.compile(r"\d[ \u00a0\u202f]\d{3}"),
}
_DAY = re.compile(
    r"(\d{1,4})([-./ ]{1,2})(\d{1,2}|[A-Za-z]{3})([-./ ]{1,2})(\d{2,4})(\D.*)?", re.ASCII
)
_TIME = re.compile(r"([T ])\d{1,2}:\d{2}(:\d{2})?", re.ASCII)
_MONTHS_IN_A_YEAR = 12


class Grid(Struct, frozen=True, kw_only=True):
    """A sample cut into cells; `skip_rows` physical lines stand before the header."""

    delimiter: str
    skip_rows: int
    header: list[str] | None
    rows: list[list[str]]


def cut(sample: str) -> Grid:
    """Find the delimiter that cuts most lines alike, and where the table begins."""
    best = max((_cells(sample, delimiter) for delimiter in DELIMITERS), key=_regularity)
    delimiter, numbered = best
    width = _modal_width([cells for _, cells in numbered])
    table = [(line, cells) for line, cells in numbered if len(cells) == width]
    if not table:
        return Grid(delimiter=delimiter, skip_rows=0, header=None, rows=[])
    first_line, first = table[0]
    named = not any(like_a_date(cell) or is_amount(cell) for cell in first if cell.strip())
    rows = [cells for _, cells in table[named:]]
    return Grid(
        delimiter=delimiter, skip_rows=first_line - 1, header=first if named else None, rows=rows
    )


def is_amount(text: str) -> bool:
    """Tell whether a cell could be an amount in some notation."""
    return _AMOUNT.fullmatch(text.strip()) is not None and not like_a_date(text)


def is_iso(text: str) -> bool:
    """Tell whether a cell is an ISO day, which needs no declared format."""
    try:
        iso_day(text)
    except ValueRefused:
        return False
    return True


def marks(cells: Sequence[str]) -> tuple[Literal[".", ","], Literal["", ",", ".", " ", "'"]]:
    """Return the decimal and the thousands mark that most amounts show."""
    ends = Counter(mark for cell in cells for mark, end in _ENDS_IN.items() if end.search(cell))
    decimal: Literal[".", ","] = "," if ends[","] > ends["."] else "."
    groups = Counter(
        mark for cell in cells for mark, group in _GROUPS.items()
        if mark != decimal and group.search(cell)
    )  # fmt: skip
    found = groups.most_common(1)[0][0] if groups else ""
    thousands: dict[str, Literal["", ",", ".", " ", "'"]] = {",": ",", ".": ".", " ": " ", "'": "'"}
    return decimal, thousands.get(found, "")


def date_format_of(cells: Sequence[str]) -> str | None:
    """Return the one date format all cells allow, or None: ISO, unknown or ambiguous order."""
    found = [_DAY.fullmatch(cell.strip()) for cell in cells]
    days = [one for one in found if one is not None]
    if not days or len(days) < len(found) or len({one[2] + one[4] for one in days}) > 1:
        return None
    firsts, seconds, thirds = ([one[part] for one in days] for part in (1, 3, 5))
    order = _order(firsts, seconds)
    rests = {_rest(one[6] or "") for one in days}
    rest = rests.pop() if len(rests) == 1 else None
    if order is None or rest is None:
        return None
    names = [_token(order[0], firsts), _token(order[1], seconds), _token(order[2], thirds)]
    return f"{names[0]}{days[0][2]}{names[1]}{days[0][4]}{names[2]}{rest}"


def _order(firsts: Sequence[str], seconds: Sequence[str]) -> str | None:
    if len(firsts[0]) > 2:  # noqa: PLR2004 - more digits than a day has
        return "YMD"
    if not seconds[0].isdigit():
        return "DMY"
    day_first = any(int(one) > _MONTHS_IN_A_YEAR for one in firsts)
    month_first = any(int(one) > _MONTHS_IN_A_YEAR for one in seconds)
    if day_first == month_first:
        return None
    return "DMY" if day_first else "MDY"


def _token(part: str, texts: Sequence[str]) -> str:
    if not texts[0].isdigit():
        return "MMM"
    if part == "Y":
        return "YYYY" if len(texts[0]) > 2 else "YY"  # noqa: PLR2004 - a year in two digits
    return part * min(len(text) for text in texts)


def _rest(text: str) -> str | None:
    """Name what follows the day: nothing, a full stop or a time; None when it is anything else."""
    time = _TIME.fullmatch(text)
    if time is None:
        return text if text in ("", ".") else None
    return f"{time[1]}HH:mm{':ss' if time[2] else ''}"


def _cells(sample: str, delimiter: str) -> tuple[str, list[tuple[int, list[str]]]]:
    reader = csv.reader(sample.splitlines(), delimiter=delimiter)
    numbered: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            if cells:
                numbered.append((reader.line_num, cells))
            if len(numbered) >= ROWS_LOOKED_AT:
                break
    except csv.Error:  # what was cut so far is enough to compare delimiters
        return delimiter, numbered
    return delimiter, numbered


def _regularity(cut_rows: tuple[str, list[tuple[int, list[str]]]]) -> tuple[float, int]:
    rows = [cells for _, cells in cut_rows[1]]
    width = _modal_width(rows)
    alike = sum(len(cells) == width for cells in rows)
    return (alike / len(rows) if width > 1 else 0.0, width) if rows else (0.0, 0)


def _modal_width(rows: Sequence[Sequence[str]]) -> int:
    widths = Counter(len(cells) for cells in rows if len(cells) > 1)
    return max(widths, key=lambda width: (widths[width], width)) if widths else 1
