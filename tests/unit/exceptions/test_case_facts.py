"""From what is kept of a case to the facts it is judged by."""

from typing import Any

import msgspec
import pytest

from tieout_contracts.outcomes import Adjustment, MatchAccepted
from tieout_exceptions.domain.cases.facts import facts_of
from tieout_exceptions.domain.cases.following import follow
from tieout_exceptions.domain.cases.judgement import CaseScale
from tieout_exceptions.domain.cases.picture import CasePicture
from tieout_exceptions.domain.cases.values import Bundle
from tieout_exceptions.domain.cases.verdict import judge
from unit.exceptions.outcome_log import START, OutcomeLog
from unit.exceptions.test_case_following import a_book

SCALE = CaseScale()


def bundle_of(log: OutcomeLog, record_id: int = 2) -> Bundle:
    picture = CasePicture(book=a_book())
    for outcome in log.outcomes:
        follow(picture, outcome, SCALE)
    return picture.bundle(record_id)


def forced(reason: Any, evidence_minor: str) -> OutcomeLog:
    """Give a forced match of 1250.00 whose residual is booked: what evidence has beyond it."""
    log = OutcomeLog()
    log.arrive(1, amount_minor=evidence_minor)
    log.arrive(2)
    log.match(1, 2, kind="force")
    match = log.outcomes[-1]
    assert isinstance(match, MatchAccepted)
    beyond = str(int(evidence_minor) - 125000)
    booked = Adjustment(amount_minor=beyond, exponent=2, currency="EUR", reason=reason)
    log.outcomes[-1] = msgspec.structs.replace(match, adjustments=[booked])
    return log


@pytest.mark.parametrize("evidence_minor", ["124000", "126000"])
@pytest.mark.parametrize(
    ("reason", "delta_left"),
    [
        ("fee", False), ("fx", False), ("rounding", False), ("tolerance", True),
        ("write_off", True), ("manual", True),
    ],
)  # fmt: skip
def test_a_booked_residual_explains_what_is_lacking(
    reason: str, delta_left: bool, evidence_minor: str
) -> None:
    facts = facts_of(bundle_of(forced(reason, evidence_minor)))

    judged = judge(facts, scale=SCALE, now=START)

    lacking = 125000 - int(evidence_minor)
    shown = {
        "fee": judged.fees["provider_fee"],
        "fx": judged.fx_spread,
        "rounding": judged.rounding_delta,
    }
    assert judged.delta == (lacking if delta_left else 0)
    assert shown == {name: lacking if name == reason else 0 for name in shown}
    assert facts.by_hand


def test_pending_evidence_reconciles_tentatively_until_it_is_booked() -> None:
    log = OutcomeLog()
    log.arrive(1, status="pending")
    log.arrive(2)
    log.match(1, 2)
    pending = bundle_of(log).case
    log.views[1] = msgspec.structs.replace(
        log.views[1], fields=msgspec.Raw(bytes(log.views[1].fields).replace(b"pending", b"posted"))
    )

    log.note(1, log.matches[0])

    booked = bundle_of(log).case
    assert (pending.reconciliation_status, pending.status) == ("tentatively_reconciled", "open")
    assert (booked.reconciliation_status, booked.status) == ("reconciled", "resolved")


def test_a_match_of_several_intents_pays_each_by_its_own_amount() -> None:
    log = OutcomeLog()
    log.arrive(1, amount_minor="250000")
    log.arrive(2)
    log.arrive(4)
    log.match(1, 2, 4, kind="set")

    for record_id in (2, 4):
        judged = judge(facts_of(bundle_of(log, record_id)), scale=SCALE, now=START)
        assert (judged.actual, judged.delta) == (125000, 0)
