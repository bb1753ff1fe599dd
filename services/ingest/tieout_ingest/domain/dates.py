"""Calendar days as written: ISO dates, or a format that a profile declares. Nothing is guessed."""

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache

from tieout_ingest.domain.refusals import ValueRefused, shown

_ISO_DAY = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}.{0,25}|Z|[+-]\d{2}:\d{2})?", re.ASCII
)
_LIKE_A_DATE = re.compile(
    r"\d{1,4}[-./ ]{1,2}(\d{1,2}|[A-Za-z]{3,9})[-./ ]{1,2}\d{1,4}.{0,30}|\d{8}", re.ASCII
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CENTURY_PIVOT = 69  # POSIX strptime: 69-99 are 1969-1999, 00-68 are 2000-2068
# token -> (part, least digits, most digits); the longer token first
_TOKENS = {
    "YYYY": ("year", 4, 4), "YY": ("short_year", 2, 2), "MMM": ("month_name", 3, 3),
    "MM": ("month", 2, 2), "M": ("month", 1, 2), "DD": ("day", 2, 2), "D": ("day", 1, 2),
    "HH": ("time", 1, 2), "mm": ("time", 2, 2), "ss": ("time", 2, 2),
}  # fmt: skip

Token = tuple[str, int, int] | str
DateReader = Callable[[str], date]


def iso_day(text: str) -> date:
    """Read `YYYY-MM-DD`, alone or before a time or an offset, as the day that is written."""
    found = _ISO_DAY.fullmatch(text.strip())
    if found is None:
        raise ValueRefused("unreadable_date", f"{shown(text)} is not a date like 2024-03-31")
    return _calendar_day(text, int(found[1]), int(found[2]), int(found[3]))


def date_reader(date_format: str | None) -> DateReader:
    """Return a cached reader for one declared format; without one only ISO dates are read."""
    if date_format is None:
        return lru_cache(maxsize=4096)(_iso_or_ask)
    tokens = parse_date_format(date_format)
    return lru_cache(maxsize=4096)(lambda text: _scan(text, date_format, tokens))


def parse_date_format(date_format: str) -> tuple[Token, ...]:
    """Split a format such as `DD.MM.YYYY HH:mm` into tokens; ValueRefused when it names no day."""
    tokens: list[Token] = []
    rest = date_format
    while rest:
        name = next((token for token in _TOKENS if rest.startswith(token)), None)
        if name is None and rest[0].isalpha() and rest[0] != "T":
            raise ValueRefused("unknown_date_token", f"{rest[0]!r} is none of {', '.join(_TOKENS)}")
        tokens.append(rest[0] if name is None else _TOKENS[name])
        rest = rest[len(name or "x") :]
    parts = [token[0] for token in tokens if isinstance(token, tuple)]
    named = (parts.count("year") + parts.count("short_year"),
             parts.count("month") + parts.count("month_name"), parts.count("day"))  # fmt: skip
    if named != (1, 1, 1):
        raise ValueRefused("incomplete_date_format", "a format names year, month and day once")
    return tuple(tokens)


def like_a_date(text: str) -> bool:
    """Tell whether a text is a day in some notation, readable once the order is declared."""
    return _LIKE_A_DATE.fullmatch(text.strip()) is not None


def _iso_or_ask(text: str) -> date:
    if _ISO_DAY.fullmatch(text.strip()) is None and like_a_date(text):
        raise ValueRefused(
            "date_format_required",
            f"the order of {shown(text)} is not declared; state `date_format`, e.g. DD.MM.YYYY",
        )
    return iso_day(text)


def _scan(text: str, date_format: str, tokens: tuple[Token, ...]) -> date:
    refused = ValueRefused("unreadable_date", f"{shown(text)} is not a date as {date_format}")
    parts: dict[str, str] = {}
    rest = text.strip()
    for token in tokens:
        part, least, most = (token, 1, 1) if isinstance(token, str) else token
        length = _length(rest, part, most) if isinstance(token, tuple) else int(rest[:1] == part)
        if length < least:
            raise refused
        parts[part], rest = rest[:length], rest[length:]
    if rest:
        raise refused
    return _calendar_day(text, _year(parts), _month(parts, refused), int(parts["day"]))


def _length(text: str, part: str, most: int) -> int:
    wanted = str.isalpha if part == "month_name" else str.isdigit
    length = 0
    while length < min(most, len(text)) and text[length].isascii() and wanted(text[length]):
        length += 1
    return length


def _year(parts: dict[str, str]) -> int:
    if "year" in parts:
        return int(parts["year"])
    short = int(parts["short_year"])
    return short + (1900 if short >= _CENTURY_PIVOT else 2000)


def _month(parts: dict[str, str], refused: ValueRefused) -> int:
    if "month" in parts:
        return int(parts["month"])
    if parts["month_name"].lower() not in _MONTHS:
        raise refused
    return _MONTHS.index(parts["month_name"].lower()) + 1


def _calendar_day(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueRefused("unreadable_date", f"{shown(text)} is no calendar day") from None
