"""What a pass found out of an open entry, as a code and a sentence that a person can act on."""

from collections.abc import Iterable, Mapping

from tieout_contracts.outcomes import ReasonCode
from tieout_matcher.domain.passes.proposal import Remark, RemarkCode

# What a break is about; the other remarks are shown with the entry only.
OF_A_BREAK: Mapping[RemarkCode, ReasonCode] = {
    "amount_mismatch": "AMOUNT_MISMATCH",
    "date_mismatch": "DATE_MISMATCH",
    "currency_mismatch": "CURRENCY_MISMATCH",
    "ambiguous": "AMBIGUOUS",
    "duplicate": "DUPLICATE",
    "rollup_incomplete": "ROLLUP_INCOMPLETE",
}
MISMATCHES = frozenset({"amount_mismatch", "date_mismatch", "currency_mismatch"})
NOTHING_MORE = "No counterpart was found, and nothing comes near enough to say why."
_SENTENCES: Mapping[RemarkCode, str] = {
    "amount_mismatch": (
        "Record {other} has the same identity, but the amounts differ by {difference}: correct "
        "one of the two, or match them by hand with an adjustment."
    ),
    "date_mismatch": (
        "Record {other} has the same identity, but the dates differ by {difference}: correct one "
        "of the two, or match them by hand."
    ),
    "currency_mismatch": (
        "Record {other} has the same identity, but another currency ({difference}): correct one "
        "of the two; amounts of two currencies never match."
    ),
    "ambiguous": "Several counterparts are as close: choose one and match by hand.",
    "duplicate": (
        "Record {other} of the same side says the same and is matched: if this one reports it a "
        "second time, delete it; else match it by hand."
    ),
    "rollup_incomplete": (
        "The records that belong together come to another sum ({difference}): one of them is "
        "missing, late or wrong."
    ),
    "group_key_missing": (
        "It lacks a value of the field that its rule groups by: add it, or match by hand."
    ),
    "outside_window": (
        "A record of its group lies outside the days that the rule looks back: widen "
        "lookback_days, or match by hand."
    ),
    "window_too_large": (
        "More open days than a rollup looks at (366): set lookback_days, or match the old ones."
    ),
    "block_too_large": (
        "Too many open records share what its rule compares: add a condition that tells them apart."
    ),
    "too_many_members": "Its group has more than 500 records: group by one field more.",
    "budget_exhausted": (
        "Its block has more combinations than a pass tries: add a condition, or match by hand."
    ),
}


def sentence(remark: Remark) -> str:
    """Say what a remark means and what to do."""
    return _SENTENCES[remark.code].format(
        other=remark.other_record_id, difference=remark.difference
    )


def duplicate_of(other_record_id: int) -> str:
    """Say that a matched record says the same."""
    return _SENTENCES["duplicate"].format(other=other_record_id)


def break_reason(code: RemarkCode | None) -> ReasonCode:
    """Return what the break of an overdue entry is about."""
    return OF_A_BREAK.get(code, "UNMATCHED_OVERDUE") if code else "UNMATCHED_OVERDUE"


def foremost(remarks: Iterable[Remark]) -> dict[int, Remark]:
    """Choose what is said of each entry: what a break is about, else the first.

    That a rule before found no group key in it says less than why another nearly took it.
    """
    chosen: dict[int, Remark] = {}
    for remark in sorted(remarks, key=lambda one: one.code not in OF_A_BREAK):
        chosen.setdefault(remark.record_id, remark)
    return chosen


def several(others: int) -> str:
    """Say that a suggestion is not the only one possible."""
    what = f"{others} other records are as close" if others else "fewer of its records fit too"
    return f"A match is suggested, but {what}: accept or reject it, or match by hand."
