"""What a backtest counts: pairs right, wrong and unjudged, new and broken, rates and rules."""

from fractions import Fraction

from tieout_matcher.domain.backtesting.judgement import Tally
from tieout_matcher.domain.backtesting.past import Past
from tieout_matcher.domain.backtesting.replay import Made
from tieout_matcher.domain.backtesting.verdict import BrokenPair, NewPair, Verdict, judge
from unit.matcher.past_cases import made, match, past_of

RULES = (1, 2)


def _judged(past: Past, *found: Made, listed: int = 100) -> Verdict:
    return judge(past=past, made=found, rule_ids=RULES, listed=listed)


def test_a_pair_is_right_when_it_is_in_an_accepted_match_whoever_made_it() -> None:
    past = past_of("ABAB", match(7, [1], [2]), match(8, [3], [4], "force"))

    found = _judged(past, made([1], [2]), made([3], [4]))

    assert found.accepted == Tally(right=2)
    assert (found.accepted.precision, found.recall) == (1, 1)
    assert (found.new_count, found.broken_count) == (0, 0)


def test_a_pair_is_wrong_when_one_of_the_two_is_matched_otherwise() -> None:
    past = past_of("ABAB", match(7, [1], [2], "manual"))

    found = _judged(past, made([1], [4]))

    assert found.accepted == Tally(wrong=1)
    assert found.new == [NewPair(1, 4, 1, "wrong")]
    assert found.broken == [BrokenPair(1, 2, 7, "manual", "matched_otherwise")]


def test_a_match_that_people_took_apart_is_wrong_and_one_like_it_is_not() -> None:
    past = past_of("AABB", apart=[((1,), (3,)), ((1, 2), (4,))])

    found = _judged(past, made([1], [3]), made([2], [4], rule_id=2))

    assert [one.pairs for one in found.rules] == [Tally(wrong=1), Tally(unjudged=1)]


def test_what_nobody_matched_is_unjudged_and_leaves_precision_as_it_is() -> None:
    past = past_of("ABAB", match(7, [1], [2]))

    found = _judged(past, made([1], [2]), made([3], [4]))

    assert found.accepted == Tally(right=1, unjudged=1)
    assert found.accepted.precision == 1
    assert found.new == [NewPair(3, 4, 1, "unjudged")]


def test_a_group_counts_by_the_records_that_it_puts_together() -> None:
    past = past_of("AAAB", match(7, [1, 2, 3], [4], "rollup"))

    found = _judged(past, made([1, 2], [4]))

    assert found.accepted == Tally(right=2)
    assert found.recall == Fraction(2, 3)
    assert [(one.record_a, one.now) for one in found.broken] == [(3, "matched_otherwise")]


def test_what_is_only_suggested_is_no_match() -> None:
    past = past_of("ABAB", match(7, [1], [2]))

    found = _judged(past, made([1], [2], accepted=False), made([3], [4], accepted=False))

    assert (found.accepted, found.suggested) == (Tally(), Tally(right=1, unjudged=1))
    assert (found.accepted.precision, found.recall) == (None, 0)
    assert [one.now for one in found.broken] == ["suggested"]
    assert [(one.accepted, one.suggested, one.entries) for one in found.rules] == [
        (0, 2, 0), (0, 0, 0),
    ]  # fmt: skip


def test_rates_count_the_entries_of_the_window_only() -> None:
    past = past_of("AABB", match(7, [1], [3]), match(8, [2], [4]), beside=[4])

    found = _judged(past, made([1], [3]))

    sides = {side: (one.entries, one.before, one.after) for side, one in found.sides.items()}
    assert sides == {"A": (2, 2, 1), "B": (1, 1, 1)}
    assert found.truth == 2


def test_lists_are_cut_and_their_counts_are_not() -> None:
    past = past_of("ABABAB", match(8, [3], [4]), match(7, [1], [2]))

    found = _judged(past, made([5], [6]), made([1], [4], rule_id=2), listed=1)

    assert (found.new_count, found.broken_count) == (2, 2)
    assert [one.record_a for one in found.new] == [1]
    assert [one.match_id for one in found.broken] == [7]
