"""Why an entry is open: what may nearly match is looked for, then explained."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from tieout_contracts.config_events import SignMode
from tieout_matcher.domain.explaining.groups import GroupsLooked
from tieout_matcher.domain.explaining.near_misses import Candidate, CandidateState
from tieout_matcher.domain.explaining.open_entry import ActiveRule, explain_open
from tieout_matcher.domain.explaining.search_sets import Sets, amount_measure, search_sets
from tieout_matcher.domain.explaining.taken import telling_texts
from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.judging import money_of
from tieout_matcher.explained_groups import GroupSearch
from tieout_matcher.open_search import OpenSearch, open_search
from tieout_matcher.store import explanations, reconciliations
from tieout_matcher.store.rule_book import split_of
from tieout_matcher.store.search_index import State
from tieout_matcher.views import JsonObject, Row, member_view
from tieout_runtime.postgres import Connection

MAX_INDEXED = 300  # candidates that the index gives, about
LEAST_OF_A_KEY = 5  # on either side of the entry's amount
TAKEN_AMONG = 10_000
MAX_TAKEN = 20
Key = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class OpenEntry:
    """An open entry with the rules in force and the counterparts that were found.

    `blocked` has the match of each record that a person took apart from it.
    """

    entry: Facts
    rules: Sequence[ActiveRule]
    found: Mapping[int, Row]
    blocked: Mapping[int, int]
    groups: Sequence[GroupsLooked]
    search: OpenSearch

    def explain(self) -> JsonObject:
        explained = explain_open(
            entry=self.entry,
            rules=self.rules,
            candidates=[self._candidate(row) for row in self.found.values()],
            sign_mode=self.search.sign_mode,
        )
        state = self.search.state
        return {
            "rules": explained.rules,
            "near_misses": [
                msgspec.structs.asdict(one)
                | {"counterpart": member_view(self.found[one.record_id])}
                for one in explained.near_misses
            ],
            "groups": self.groups,
            "searched": {
                "candidates": len(self.found),
                "all_open": state is not None and state.rules_version == state.rules_now,
            },
        }

    def _candidate(self, row: Row) -> Candidate:
        state: CandidateState = "open"
        if row["match_id"] is not None:
            state = "matched"
        elif row["suggested_by"] is not None:
            state = "suggested"
        return Candidate(
            facts=self.search.facts(row),
            state=state,
            match_id=row["match_id"] or row["suggested_by"],
            blocked_by=self.blocked.get(row["record_id"]),
        )


async def open_entry(
    connection: Connection, key: Key, row: Row, *, sign_mode: SignMode, state: State | None
) -> OpenEntry:
    """Gather what an open entry is explained from."""
    search = await open_search(
        connection, key, entry_no=row["entry_no"], sign_mode=sign_mode, state=state
    )
    entry = search.facts(row)
    rules = await _rules(connection, key)
    sets = search_sets([one.rule for one in rules])
    rows: list[Row] = []
    if sets.pairs:
        rows = [
            *await _indexed(search, sets, entry),
            *(one for one in search.fresh if one["side"] != entry.side),
            *await _taken(search, rules, entry),
        ]
    of_groups = [one.rule for one in rules if one.rule.cardinality != "one_to_one"]
    return OpenEntry(
        entry=entry,
        rules=rules,
        found={one["record_id"]: one for one in rows},
        blocked=await explanations.blocked_with(connection, key, entry.record_id),
        groups=[
            await GroupSearch(search=search, rule=rule, sets=own, entry=entry).looked()
            for rule, own in zip(of_groups, sets.groups, strict=True)
        ],
        search=search,
    )


async def _rules(connection: Connection, key: Key) -> list[ActiveRule]:
    rows = await reconciliations.rules_of(connection, key)
    parts = split_of(rows)
    filters = {row["id"]: json.loads(row["body"])["filters"] for row in rows}
    arrival = {one.rule_id for one in parts.arrival}
    return [
        ActiveRule(
            rule=one,
            filters=filters[one.rule_id],
            evaluate="arrival" if one.rule_id in arrival else "pass",
        )
        for one in parts.active
    ]


async def _indexed(search: OpenSearch, sets: Sets, entry: Facts) -> list[Row]:
    probes = list(dict.fromkeys(sets.probes(entry)))
    limit = max(MAX_INDEXED // (2 * max(len(probes), 1)), LEAST_OF_A_KEY)
    measure = amount_measure(money_of(entry).units)
    return await search.nearest(probes, measure=measure, limit=limit)


async def _taken(search: OpenSearch, rules: Sequence[ActiveRule], entry: Facts) -> list[Row]:
    texts = telling_texts([one.rule for one in rules], entry)
    if not texts:
        return []
    return await explanations.taken(
        search.connection,
        search.key,
        side="B" if entry.side == "A" else "A",
        texts=texts,
        among=TAKEN_AMONG,
        limit=MAX_TAKEN,
    )
