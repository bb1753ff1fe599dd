"""Rollups by identifier: all open members with one group key, matched whole or not at all. Pure.

A cohort is accepted when it fits one record only and no other cohort fits that record; what fits
several is suggested for the least cost: the difference, then the greatest distance in days.
Records that are equal in all they say count as one with room for as many cohorts.
"""

from collections.abc import Sequence

from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.passes.cohort_matches import CohortPart
from tieout_matcher.domain.passes.cohort_search import CohortSearch
from tieout_matcher.domain.passes.cohorts import cohorts_of, tables_of
from tieout_matcher.domain.passes.keys import set_blockings
from tieout_matcher.domain.passes.proposal import Solved
from tieout_matcher.domain.passes.proposing import Asked, connected, day_reader
from tieout_matcher.domain.rule import Rollup


def solve_cohorts(
    *, asked: Asked, rollup: Rollup, members: Sequence[Facts], targets: Sequence[Facts]
) -> list[Solved]:
    """Solve a rollup by identifier; members and records come in the order of what they say."""
    by_cohort, *ways = set_blockings(asked.rule)
    keyless = [one for one in members if by_cohort.position(one) is None]
    cohorts = cohorts_of(
        members, key_of=by_cohort.position, day_of=day_reader(rollup.date_field or "date")
    )
    tables = [table for way in ways for table in tables_of(way, cohorts=cohorts, targets=targets)]
    search = CohortSearch(asked=asked, lookback_days=rollup.lookback_days, targets=targets)
    fits, refused = search.fits(tables)
    parts = connected(fits, lambda one: (f"cohort {one.cohort.number}", one.target.record_id))
    matched = [CohortPart(asked, part).solve() for part in parts]
    decided = {record for one in matched for record in one.entries}
    return [
        *(asked.remark(one, "group_key_missing") for one in keyless),
        *matched,
        *(one for record, one in refused.items() if record not in decided),
        *search.incomplete(tables, but=decided | refused.keys()),
    ]
