"""Verdict, delta, legs and age against a naive reading of semantics section 11."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout_exceptions.domain.cases.book import KINDS
from tieout_exceptions.domain.cases.judgement import Adjusted, CaseScale, Facts, Judgement, Part
from tieout_exceptions.domain.cases.verdict import judge
from unit.exceptions.naive_cases import major, naive

MADE = datetime(2026, 3, 1, 12, tzinfo=UTC)
SCALE = CaseScale(sla_minutes=100, delayed_minutes=50, delta_tolerance=Decimal("0.05"))
FEES = (None, "provider_fee", "network_fee", "developer_fee")
CURRENCIES = (("EUR", 2), ("EUR", 3), ("USDC", 6), ("JPY", 0))

parts = st.builds(
    lambda money, **members: Part(currency=money[0], exponent=money[1], **members),
    money=st.sampled_from((CURRENCIES[0], *CURRENCIES)),
    kind=st.sampled_from(KINDS),
    fee=st.sampled_from(FEES),
    status=st.sampled_from(("pending", "completed", "failed")),
    minor=st.sampled_from((0, 1, 3, 5, 6, 50, 94, 95, 100, 200, -100, 10**30)),
    rate=st.sampled_from((None, "1", "0.5", "0.015", "0.0199")),
)
adjustments = st.builds(
    Adjusted,
    reason=st.sampled_from(("tolerance", "write_off", "fee", "fx", "rounding", "manual")),
    minor=st.integers(-10, 10),
    exponent=st.sampled_from((2, 3)),
)
all_facts = st.builds(
    Facts,
    payment_type=st.sampled_from(("bank", "stablecoin", "cross_border", "other", "card")),
    expected_minor=st.sampled_from((0, 100, 100, 200, 10**30)),
    exponent=st.just(2),
    currency=st.just("EUR"),
    created_at=st.just(MADE),
    reconciled_at=st.sampled_from((None, MADE + timedelta(minutes=30))),
    reconciliation_status=st.sampled_from(
        ("unreconciled", "tentatively_reconciled", "reconciled", "reconciled")
    ),
    doubtful=st.booleans(),
    by_hand=st.booleans(),
    accepted=st.lists(parts, max_size=3).map(tuple),
    attached=st.lists(parts, max_size=2).map(tuple),
    adjustments=st.lists(adjustments, max_size=2).map(tuple),
)
ages = st.sampled_from((0, 49, 50, 51, 99, 100, 101, 5000))


@given(facts=all_facts, minutes=ages)
def test_a_case_is_judged_as_the_text_says(facts: Facts, minutes: int) -> None:
    judged = judge(facts, scale=SCALE, now=MADE + timedelta(minutes=minutes))

    expected = naive(facts, minutes)
    delta = None if judged.delta is None else major(judged.delta, judged.exponent)
    assert delta == expected["delta"]
    assert (judged.legs_present, judged.legs_total) == expected["legs"]
    assert (judged.sla_age_minutes, judged.sla_risk) == (expected["age"], expected["sla_risk"])
    assert judged.verdict == expected["verdict"]


@given(facts=all_facts, minutes=ages)
def test_what_is_shown_adds_up(facts: Facts, minutes: int) -> None:
    judged = judge(facts, scale=SCALE, now=MADE + timedelta(minutes=minutes))

    explained = sum(judged.fees.values()) + judged.fx_spread + judged.rounding_delta
    if judged.delta is not None:
        assert judged.expected - judged.actual - explained == judged.delta


@given(facts=all_facts, minutes=ages)
def test_time_alone_never_makes_or_ends_a_match(facts: Facts, minutes: int) -> None:
    early = judge(facts, scale=SCALE, now=MADE)
    late = judge(facts, scale=SCALE, now=MADE + timedelta(minutes=minutes))

    waiting = {"unreconciled", "delayed"}
    assert early.verdict == late.verdict or {early.verdict, late.verdict} <= waiting


WHOLE = Part(
    kind="bank", fee=None, status="completed", minor=100, exponent=2, currency="EUR", rate=None
)
PLAIN = Facts(
    payment_type="bank",
    expected_minor=100,
    exponent=2,
    currency="EUR",
    created_at=MADE,
    reconciled_at=None,
    reconciliation_status="unreconciled",
    doubtful=False,
    by_hand=False,
    accepted=(),
    attached=(),
    adjustments=(),
)


def judged(minutes: int = 0, **changes: Any) -> Judgement:
    return judge(replace(PLAIN, **changes), scale=SCALE, now=MADE + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, "unreconciled"),
        ({"reconciliation_status": "reconciled", "accepted": (WHOLE,)}, "matched"),
        (
            {"reconciliation_status": "reconciled", "accepted": (replace(WHOLE, minor=97),)},
            "matched_with_exception",
        ),
        (
            {
                "reconciliation_status": "reconciled",
                "accepted": (WHOLE,),
                "payment_type": "stablecoin",
            },
            "matched_with_exception",
        ),
        ({"reconciliation_status": "reconciled", "by_hand": True}, "matched_with_exception"),
        (
            {"reconciliation_status": "reconciled", "accepted": (replace(WHOLE, minor=90),)},
            "needs_review",
        ),
        ({"attached": (WHOLE,), "doubtful": True}, "needs_review"),
        ({"attached": (replace(WHOLE, minor=60),)}, "needs_review"),
        ({"attached": (replace(WHOLE, currency="USDC"),)}, "needs_review"),
        ({"attached": (replace(WHOLE, minor=98),)}, "unreconciled"),
        ({"attached": (replace(WHOLE, minor=98),), "minutes": 51}, "delayed"),
    ],
)
def test_each_verdict_is_reached(changes: dict[str, Any], verdict: str) -> None:
    assert judged(**changes).verdict == verdict


def test_a_fee_that_the_source_states_explains_what_is_missing() -> None:
    fee = replace(WHOLE, minor=3, fee="network_fee")

    found = judged(reconciliation_status="reconciled", accepted=(replace(WHOLE, minor=97), fee))

    assert (found.actual, found.fees["network_fee"], found.delta) == (97, 3, 0)
    assert found.verdict == "matched"


def test_money_of_another_currency_explains_what_it_is_worth() -> None:
    dollars = Part(
        kind="chain", fee=None, status="completed", minor=44_000_000, exponent=6,
        currency="USDC", rate="0.9",
    )  # fmt: skip

    found = judged(expected_minor=9960, attached=(replace(WHOLE, minor=6000), dollars))

    assert (found.actual, found.fx_spread, found.delta) == (6000, 3960, 0)


@pytest.mark.parametrize(("rate", "cents"), [("0.0199", 2), ("0.015", 2), ("0.025", 2)])
def test_what_another_currency_is_worth_is_rounded_half_to_even(rate: str, cents: int) -> None:
    yen = Part(
        kind="chain", fee=None, status="completed", minor=1, exponent=0, currency="JPY", rate=rate
    )

    assert judged(attached=(yen,)).fx_spread == cents


def test_coverage_says_what_is_there_and_what_the_type_needs() -> None:
    found = judged(payment_type="stablecoin", attached=(replace(WHOLE, kind="chain"),))

    assert found.coverage == {
        "provider": "missing", "chain": "present", "bank": "not_required", "file": "not_required",
    }  # fmt: skip
