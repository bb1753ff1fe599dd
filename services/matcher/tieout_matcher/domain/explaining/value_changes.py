"""Which value of a record, corrected, would fulfil a condition; that of the asked entry first."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from rapidfuzz.distance import Levenshtein

from tieout_contracts.money import MAX_DIGITS, MAX_EXPONENT, decimal_from_minor
from tieout_matcher.domain.explaining.changes import Change
from tieout_matcher.domain.explaining.judged import Met
from tieout_matcher.domain.explaining.pair import Pair
from tieout_matcher.domain.explaining.spelling import after, before, cut
from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.rule import DATE_FIELDS, Leaf

# Of A compared with B: how far A must be beyond B, and in which direction.
_ORDERS = {"gt": (1, 1), "gte": (1, 0), "lt": (-1, 1), "lte": (-1, 0)}
_CURRENCY = re.compile(r"[A-Z0-9][A-Z0-9.]{2,11}", re.ASCII)


def valued(leaf: Leaf, met: Met, pair: Pair) -> Iterator[Change]:
    """Yield corrections to try; not each of them suffices."""
    if leaf.operand in _ORDERS:
        yield from _beyond(leaf, met, pair)
    elif leaf.operand not in ("neq", "not_in") and not leaf.compares_amounts:
        for facts, other in ((pair.entry, pair.other), (pair.other, pair.entry)):
            for value in _texts(leaf, facts, other):
                yield from _change(leaf, facts, pair, value)


def opposite_direction(pair: Pair) -> Change | None:
    """Turn the entry's direction where the amounts differ in nothing but the sign."""
    a, b = pair.side_a, pair.side_b
    if a.amount * 10**b.exponent != -b.amount * 10**a.exponent or not a.amount:
        return None
    turned = "debit" if pair.entry.said["direction"] == "credit" else "credit"
    return change_of_value(pair.entry, pair, "direction", turned)


def same_currency(pair: Pair) -> Change:
    """Give the entry the currency of the other."""
    return change_of_value(pair.entry, pair, "currency", pair.other.currency)


def change_of_value(facts: Facts, pair: Pair, field: str, value: str) -> Change:
    """Name a correction of one record."""
    said = before(facts, field)
    where = "" if facts is pair.entry else f" on record {facts.record_id}"
    instead = "nothing" if said is None else cut(said)
    return Change(
        kind="value",
        message=f"with `{field}` {cut(value)}{where} instead of {instead}",
        record_id=facts.record_id,
        field=field,
        from_=said,
        to=value,
    )


def _change(leaf: Leaf, facts: Facts, pair: Pair, value: str) -> Iterator[Change]:
    field = leaf.key if facts.side == "A" else leaf.value
    if _can_say(field, value) and value != before(facts, field):
        yield change_of_value(facts, pair, field, value)


def _texts(leaf: Leaf, facts: Facts, other: Facts) -> list[str]:
    """Return what an entry could say to be equal to the other: as that says it, or compares it."""
    said = before(other, leaf.value if facts.side == "A" else leaf.key)
    compared = after(other, leaf)
    if leaf.operand == "in" and facts.side == "A" and compared is not None:
        own = before(facts, leaf.key) or ""
        items = {one.strip() for text in (said or "", compared) for one in text.split(",")}
        return sorted(items - {""}, key=lambda one: (Levenshtein.distance(own, one), one))
    return [one for one in dict.fromkeys((said, compared)) if one is not None]


def _can_say(field: str, value: str) -> bool:
    """Tell whether a record may say this in a field."""
    if field in DATE_FIELDS:
        return _is_day(value)
    if field == "direction":
        return value in ("credit", "debit")
    return field != "currency" or _CURRENCY.fullmatch(value) is not None


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _beyond(leaf: Leaf, met: Met, pair: Pair) -> Iterator[Change]:
    """Move a date or an amount just so far that an order holds."""
    if met.a is None or met.b is None:
        return
    sign, least = _ORDERS[leaf.operand]
    for facts, bound in ((pair.entry, pair.other), (pair.other, pair.entry)):
        upwards = sign if facts.side == "A" else -sign
        value: str | None = None
        if leaf.compares_amounts:
            value = _amount_beyond(facts, bound, upwards, least, pair)
        elif leaf.compares_dates:
            value = _day_beyond(met.b if facts.side == "A" else met.a, upwards * least)
        if value is not None:
            yield from _change(leaf, facts, pair, value)


def _day_beyond(day: Any, days: int) -> str | None:
    try:
        return str((day + dt.timedelta(days=days)).isoformat())
    except OverflowError:
        return None


def _amount_beyond(facts: Facts, bound: Facts, upwards: int, least: int, pair: Pair) -> str | None:
    """Return the nearest own amount beyond the other's; None where its direction forbids it."""
    minor = 10 ** (MAX_EXPONENT - facts.exponent)
    units = bound.amount * 10 ** (MAX_EXPONENT - bound.exponent)
    if upwards > 0:
        counted = (units // minor) + 1 if least else -(-units // minor)
    else:
        counted = -(-units // minor) - 1 if least else units // minor
    turned = pair.sign_mode == "opposite" and facts.side == "B"
    credit = facts.said["direction"] == "credit"
    if pair.sign_mode == "absolute":
        own = counted if credit else -counted
        fits = counted >= 0
    else:
        own = -counted if turned else counted
        fits = own >= 0 if credit else own <= 0
    fits = fits and abs(own) < 10**MAX_DIGITS
    return decimal_from_minor(own, exponent=facts.exponent) if fits else None
