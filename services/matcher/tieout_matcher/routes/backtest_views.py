"""What a backtest answers (shape: docs/internal-http.md)."""

from dataclasses import asdict
from fractions import Fraction

from tieout_matcher.backtests import Backtest, Tested
from tieout_matcher.domain.backtesting.judgement import Tally
from tieout_matcher.domain.backtesting.verdict import RuleCount, SideCount
from tieout_matcher.views import JsonObject

PLACES = 10_000


def backtest_view(asked: Backtest, tested: Tested) -> JsonObject:
    verdict, sides = tested.verdict, tested.verdict.sides
    return {
        "reconciliation_id": asked.key[1],
        "date_from": asked.date_from,
        "date_to": asked.date_to,
        "entries_beside": tested.entries_beside,
        "precision": _share(verdict.accepted.precision),
        "recall": _share(verdict.recall),
        "truth_pairs": verdict.truth,
        "accepted_pairs": _pairs(verdict.accepted),
        "suggested_pairs": _pairs(verdict.suggested),
        "match_rate": {
            "side_a": _rate(sides["A"]),
            "side_b": _rate(sides["B"]),
            "both": _rate(
                SideCount(
                    entries=sum(one.entries for one in sides.values()),
                    before=sum(one.before for one in sides.values()),
                    after=sum(one.after for one in sides.values()),
                )
            ),
        },
        "by_rule": [_rule(one, tested) for one in verdict.rules],
        "new_pairs": {
            "count": verdict.new_count,
            "pairs": [one._asdict() | _named(one.rule_id, tested) for one in verdict.new],
        },
        "broken_pairs": {
            "count": verdict.broken_count,
            "of_people": verdict.broken_of_people,
            "pairs": [one._asdict() for one in verdict.broken],
        },
        "warnings": [{"rule_index": place} | asdict(one) for place, one in tested.warnings],
    }


def _rule(one: RuleCount, tested: Tested) -> JsonObject:
    return _named(one.rule_id, tested) | {
        "accepted": one.accepted,
        "suggested": one.suggested,
        "entries": one.entries,
        "accepted_pairs": _pairs(one.pairs),
    }


def _named(rule_id: int, tested: Tested) -> JsonObject:
    """Name a draft by its place, a rule in force by its id."""
    place = tested.draft_of.get(rule_id)
    return {"rule_index": place, "rule_id": rule_id if place is None else None}


def _pairs(tally: Tally) -> JsonObject:
    return {"right": tally.right, "wrong": tally.wrong, "unjudged": tally.unjudged}


def _rate(side: SideCount) -> JsonObject:
    entries = side.entries
    return {
        "entries": entries,
        "matched_before": side.before,
        "matched_after": side.after,
        "before": _share(Fraction(side.before, entries) if entries else None),
        "after": _share(Fraction(side.after, entries) if entries else None),
    }


def _share(share: Fraction | None) -> float | None:
    """Cut to four places, so that 1 is exactly all."""
    return None if share is None else int(share * PLACES) / PLACES
