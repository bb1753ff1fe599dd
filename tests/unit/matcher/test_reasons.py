"""What is said of an entry that stays open."""

from tieout_matcher.domain.passes.proposal import Remark, RemarkCode
from tieout_matcher.domain.passes.reasons import foremost, several


def a_remark(code: RemarkCode, rule_id: int) -> Remark:
    return Remark(record_id=101, code=code, rule_id=rule_id)


def test_the_first_rule_that_says_something_is_told() -> None:
    first, second = a_remark("group_key_missing", 1), a_remark("budget_exhausted", 2)

    assert foremost([first, second]) == {101: first}


def test_what_a_break_is_about_is_told_before_why_a_rule_did_not_look() -> None:
    missing, mismatch = a_remark("group_key_missing", 1), a_remark("amount_mismatch", 2)

    assert foremost([missing, mismatch]) == {101: mismatch}


def test_a_suggestion_says_what_else_was_possible() -> None:
    assert "3 other records are as close" in several(3)
    assert "fewer of its records fit too" in several(0)
