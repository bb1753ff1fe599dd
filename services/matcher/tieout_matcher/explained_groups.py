"""Which groups an open entry could be matched in: looked for by the sets of its rules of groups."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from tieout_contracts.record import Side
from tieout_matcher.domain.explaining.groups import (
    Group,
    GroupsLooked,
    block_tried,
    groups_tried,
    without_key,
)
from tieout_matcher.domain.explaining.search_sets import SearchSet
from tieout_matcher.domain.explaining.windows_near import windows_near
from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.judging import money_of
from tieout_matcher.domain.passes.proposing import MAX_MEMBERS, day_reader
from tieout_matcher.domain.passes.terms import sum_of
from tieout_matcher.domain.rule import Rollup, Rule
from tieout_matcher.open_search import ALL, OpenSearch

MAX_TARGETS = 10
MAX_COHORTS = 20
MAX_SEEN = 300  # records by which cohorts, or records for a cohort, are found
MAX_OF_DAYS = 1500
MAX_OF_A_BLOCK = 50
DAYS_WITHOUT_BOUND = 366


@dataclass(frozen=True, kw_only=True)
class GroupSearch:
    """Looks for the groups of one rule that an open entry could be part of."""

    search: OpenSearch
    rule: Rule
    sets: Sequence[SearchSet]
    entry: Facts

    @property
    def _many(self) -> Side:
        return "A" if self.rule.many_side == "a" else "B"

    @property
    def _rollup(self) -> Rollup:
        return self.rule.rollup or Rollup()

    async def looked(self) -> GroupsLooked:
        """Look for groups, and judge the nearest."""
        if self.rule.cardinality == "many_to_many":
            return await self._block()
        if self._rollup.kind == "date":
            return await self._windows()
        if self.entry.side == self._many:
            return await self._of_own_cohort()
        return groups_tried(self.rule, await self._cohorts())

    async def _block(self) -> GroupsLooked:
        (block,) = self.sets
        own = [place.key_hash for place in block.kept(self.entry)]
        other = block.blocking.probes(self.entry)
        sides = {
            side: await self.search.within(self.sets, keys, ALL, limit=MAX_OF_A_BLOCK)
            for side, keys in (
                (self.entry.side, own),
                ("B" if self.entry.side == "A" else "A", other),
            )
        }
        return block_tried(self.rule, sides["A"], sides["B"])

    async def _of_own_cohort(self) -> GroupsLooked:
        cohorts, *ways = self.sets
        keys = [place.key_hash for place in cohorts.kept(self.entry)]
        if not keys:
            return without_key(self.rule)
        members = await self._members(keys)
        probes = [key for way in ways for key in way.blocking.probes(self.entry)]
        seen = await self.search.within(ways, probes, ALL, limit=MAX_SEEN)
        wanted = sum_of(members).units
        targets = sorted(
            (one for one in seen if one.side != self._many),
            key=lambda one: (abs(money_of(one).units - wanted), one.record_id),
        )
        return groups_tried(
            self.rule,
            [Group(members=tuple(members), target=one) for one in targets[:MAX_TARGETS]],
        )

    async def _cohorts(self) -> list[Group]:
        """Find cohorts by the members that share what the rule compares with the entry."""
        cohorts, *ways = self.sets
        probes = [key for way in ways for key in way.blocking.probes(self.entry)]
        seen = await self.search.within(ways, probes, ALL, limit=MAX_SEEN)
        keys = dict.fromkeys(place.key_hash for one in seen for place in cohorts.kept(one))
        gathered: defaultdict[int, list[Facts]] = defaultdict(list)
        for one in await self._members(list(keys)[:MAX_COHORTS]):
            for place in cohorts.kept(one):
                gathered[place.key_hash].append(one)
        return [Group(members=tuple(one), target=self.entry) for one in gathered.values()]

    async def _members(self, keys: Sequence[int]) -> list[Facts]:
        cohorts = self.sets[:1]
        return await self.search.within(cohorts, keys, ALL, limit=MAX_MEMBERS + 1)

    async def _windows(self) -> GroupsLooked:
        (segment,) = self.sets
        own = segment.kept(self.entry)
        if not own:
            return without_key(self.rule)
        place = own[0]
        reach = (self._rollup.lookback_days or DAYS_WITHOUT_BOUND) - 1
        other = segment.blocking.probes(self.entry)
        if self.entry.side != self._many:
            members = await self._of_days(other, place.measure - reach, place.measure)
            return self._tried([self.entry], members, None)
        targets = await self._of_days(other, place.measure, place.measure + reach)
        nearest = sorted(targets, key=lambda one: (one.said["date"], one.record_id))[:MAX_TARGETS]
        members = await self._of_days(
            [place.key_hash], place.measure - reach, place.measure + reach
        )
        return self._tried(nearest, members, self.entry)

    async def _of_days(self, keys: Sequence[int], first: int, last: int) -> list[Facts]:
        return await self.search.within(self.sets, keys, (first, last), limit=MAX_OF_DAYS)

    def _tried(
        self, targets: Sequence[Facts], members: Sequence[Facts], within: Facts | None
    ) -> GroupsLooked:
        day_of_target = day_reader("date")
        groups = [
            window
            for target in targets
            if (last_day := day_of_target(target)) is not None
            for window in windows_near(
                target,
                members,
                day_of=day_reader(self.rule.group_by[0]),
                last_day=last_day,
                lookback_days=self._rollup.lookback_days,
                within=within,
            )
        ]
        return groups_tried(self.rule, groups)
