"""Every count of a backtest agrees with counting pair by pair, which sees each mistake."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import Phase, find, given, settings

from tieout_matcher.domain.backtesting.judgement import Tally
from tieout_matcher.domain.backtesting.past import Past
from tieout_matcher.domain.backtesting.replay import Made
from tieout_matcher.domain.backtesting.verdict import Verdict, judge
from unit.matcher.past_cases import judged_cases

RULES = (1, 2)
Judge = Callable[..., Verdict]


def agrees_with_counting(case: tuple[Past, list[Made]], judge_it: Judge) -> bool:
    """Count pair by pair from the words alone."""
    past, found = case
    got = judge_it(past=past, made=found, rule_ids=RULES, listed=1000)
    owner = {r: one for one in past.matches for r in (*one.side_a, *one.side_b)}
    truth = {(a, b): one for one in past.matches for a in one.side_a for b in one.side_b}
    words: dict[bool, list[str]] = {True: [], False: []}
    new, accepted = [], set()
    for one in found:
        apart = (tuple(sorted(one.side_a)), tuple(sorted(one.side_b))) in past.apart
        for a in one.side_a:
            for b in one.side_b:
                wrong = apart or a in owner or b in owner
                word = "right" if (a, b) in truth else "wrong" if wrong else "unjudged"
                words[one.accepted].append(word)
                if one.accepted:
                    accepted.add((a, b))
                    new += [] if word == "right" else [(a, b, one.rule_id, word)]
    broken = sorted((one.match_id, *pair) for pair, one in truth.items() if pair not in accepted)
    people = [one for pair, one in truth.items() if one.by_people and pair not in accepted]
    return (
        [_counted(got.accepted), _counted(got.suggested)]
        == [[words[key].count(word) for word in Tally.__annotations__] for key in (True, False)]
        and list(map(tuple, got.new)) == sorted(new)
        and got.new_count == len(new)
        and sorted((one.match_id, one.record_a, one.record_b) for one in got.broken) == broken
        and (got.truth, got.broken_count) == (len(truth), len(broken))
        and got.broken_of_people == len(people)
        and sum(one.pairs.wrong for one in got.rules) == got.accepted.wrong
    )


def _counted(tally: Tally) -> list[int]:
    return [tally.right, tally.wrong, tally.unjudged]


@settings(max_examples=500, deadline=None)
@given(judged_cases())
def test_every_count_agrees_with_counting_pair_by_pair(case: tuple[Past, list[Made]]) -> None:
    assert agrees_with_counting(case, judge)


def _forgets_apart(**given: Any) -> Verdict:
    return judge(**given | {"past": replace(given["past"], apart=frozenset())})


def _takes_suggestions(**given: Any) -> Verdict:
    return judge(**given | {"made": [one._replace(accepted=True) for one in given["made"]]})


def _forgets_force(**given: Any) -> Verdict:
    kept = [one for one in given["past"].matches if one.kind != "force"]
    return judge(**given | {"past": replace(given["past"], matches=kept)})


def _first_of_each_group(**given: Any) -> Verdict:
    return judge(**given | {"made": [one._replace(side_a=one.side_a[:1]) for one in given["made"]]})


@pytest.mark.parametrize(
    "mistaken", [_forgets_apart, _takes_suggestions, _forgets_force, _first_of_each_group]
)
def test_counting_sees_each_mistake(mistaken: Judge) -> None:
    find(
        judged_cases(),
        lambda case: not agrees_with_counting(case, mistaken),
        settings=settings(max_examples=2000, phases=[Phase.generate], database=None),
    )
