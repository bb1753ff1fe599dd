"""A near miss in a sentence that a person can act on: what differs, and what would have helped."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from tieout_matcher.domain.explaining.apart import similarity_of
from tieout_matcher.domain.explaining.changes import Change
from tieout_matcher.domain.explaining.judged import Judged
from tieout_matcher.domain.explaining.pair import Pair
from tieout_matcher.domain.explaining.spelling import (
    after,
    cut,
    difference_text,
    fields_of,
    plain,
)
from tieout_matcher.domain.explaining.tree import Place, Way
from tieout_matcher.domain.judging import difference_of
from tieout_matcher.domain.rule import Leaf

_HELD_BACK = {
    "match_revoked": "record {other} is in match {match} already: revoke that first",
    "suggestion_rejected": (
        "record {other} is reserved by the suggested match {match}: reject that first"
    ),
    "block_cleared": "a person took the two apart (match {match}): clear that block first",
    "pass": "it is to be tried yet: by the next pass, a run or the re-keying under way",
}


def sentence(judged: Judged, way: Way, pair: Pair, changes: Sequence[Change]) -> str:
    """Say what differs, what would have made it match, and what holds the counterpart back."""
    differences = _differences(judged, way, pair)
    remedies = dict.fromkeys(one.message for one in changes if one.kind not in _HELD_BACK)
    held_back = [held_back_by(one, pair) for one in changes if one.kind in _HELD_BACK]
    if not remedies:
        return _capital(f"the rule holds, but {'; '.join(held_back)}.")
    text = f"{'; '.join(differences)}; {_listed(remedies)} it would have matched."
    return _capital(text) + "".join(f" But {one}." for one in held_back)


def held_back_by(change: Change, pair: Pair) -> str:
    return _HELD_BACK[change.kind].format(other=pair.other.record_id, match=change.match_id)


def _differences(judged: Judged, way: Way, pair: Pair) -> list[str]:
    found = []
    if not judged.one_currency:
        found.append(f"the currencies are {pair.entry.currency} and {pair.other.currency}")
    found += [_difference(judged, place, pair) for place in judged.failing(way)]
    if way.equal_amounts and not judged.equal_amounts:
        found.append(_of_amounts(judged))
    return list(dict.fromkeys(found))


def _difference(judged: Judged, place: Place, pair: Pair) -> str:
    leaf, met = judged.tree.leaves[place], judged.met[place]
    if leaf.compares_amounts and leaf.operand == "eq":
        return _of_amounts(judged)
    here, there = after(pair.entry, leaf), after(pair.other, leaf)
    if here is None or there is None:
        return _missing(leaf, here, there, pair)
    readable = met.a is not None and met.b is not None
    if readable and leaf.compares_dates and leaf.operand == "eq":
        days = plain(difference_of(leaf, met.a, met.b) or Fraction(0))
        return f"{fields_of(leaf)} is {days} {'day' if days == '1' else 'days'} apart"
    similarity = similarity_of(leaf, met.a, met.b)
    if similarity is not None:
        return f"{fields_of(leaf)} is {similarity} % similar"
    said = f"{fields_of(leaf)} is {cut(here)} here and {cut(there)} there"
    return said if leaf.operand == "eq" else f"{said}, which is not `{leaf.operand}`"


def _missing(leaf: Leaf, here: str | None, there: str | None, pair: Pair) -> str:
    own, others = (leaf.key, leaf.value) if pair.entry.side == "A" else (leaf.value, leaf.key)
    if here is None and there is None:
        return f"{fields_of(leaf)} is missing on both"
    return f"`{own}` is missing here" if here is None else f"`{others}` is missing there"


def _of_amounts(judged: Judged) -> str:
    a, b = judged.sums
    apart = difference_text(a.units - b.units, exponent=max(a.exponent, b.exponent))
    if not judged.one_currency:
        return f"the amounts differ by {apart}"
    return f"the amount differs by {apart} {judged.currencies[0]}"


def _listed(texts: Iterable[str]) -> str:
    *first, last = texts
    return f"{', '.join(first)} and {last}" if first else last


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
