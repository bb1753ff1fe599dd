"""What a rule of rollups or sets finds, straight from the meaning of the words; slow."""

from unit.matcher import naive_rollups, naive_sets
from unit.matcher.naive_group_terms import Found, Naive, ids
from unit.matcher.pair_cases import Case

Line = tuple[tuple[int, ...], tuple[int, ...], str | None]  # ids of A, ids of B, doubt


def naive_lines(case: Case) -> list[Line]:
    """Return what is found, with its doubt."""
    naive = Naive(case)
    if naive.rule.cardinality == "many_to_many":
        found = naive_sets.of_sets(naive)
    elif naive.rollup.kind == "date":
        found = naive_rollups.by_date(naive)
    else:
        found = naive_rollups.by_identifier(naive)
    return sorted(_line(naive, one) for one in found)


def _line(naive: Naive, found: Found) -> Line:
    score = naive.score(found.side_a, found.side_b)
    assert score is not None
    members = [*found.side_a, *found.side_b]
    doubts = (
        ("pending", any(one.fields.status == "pending" for one in members)),
        ("ambiguous", found.ambiguous),
        ("below_min_score", score < naive.rule.min_score_to_accept),
        ("manual_mode", naive.case.only_suggest),
    )
    doubt = next((name for name, holds in doubts if holds), None)
    return ids(found.side_a), ids(found.side_b), doubt
