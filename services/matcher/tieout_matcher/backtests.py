"""Backtests: rules tried on a window of the past, as if they had been in force; nothing is written.

How it counts: domain/backtesting/judgement.py.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tieout_contracts.config_events import RunType
from tieout_matcher.aside import Aside
from tieout_matcher.domain.backtesting.past import Past
from tieout_matcher.domain.backtesting.replay import replay
from tieout_matcher.domain.backtesting.verdict import Verdict, judge
from tieout_matcher.domain.rule import Rule
from tieout_matcher.domain.rule_draft import RuleDraft, rule_of
from tieout_matcher.domain.rule_split import Split, split
from tieout_matcher.domain.rule_warnings import Warned, warnings_of
from tieout_matcher.solving import TookTooLongError
from tieout_matcher.store import past as past_store
from tieout_matcher.store import reconciliations
from tieout_matcher.store.rule_book import read_rule
from tieout_runtime.postgres import Pool, tenant_snapshot
from tieout_runtime.problems import Problem, invalid, not_found

# What is computed well within the time that callers wait: tests/bench/measure_backtest.py.
MAX_ENTRIES = 100_000
LISTED = 100
# Drafts come after the rules in force where priorities are equal, as rules made now would.
DRAFT_IDS = 2**60
Key = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Backtest:
    """`drafts` take part whatever their status says; both days are inclusive."""

    key: Key
    drafts: Sequence[RuleDraft]
    with_rules_in_force: bool
    date_from: dt.date
    date_to: dt.date


@dataclass(frozen=True, kw_only=True)
class Tested:
    """`warnings` have the place of the draft they are about; `draft_of` a draft's place by rule."""

    entries_beside: int
    verdict: Verdict
    warnings: Sequence[tuple[int, Warned]]
    draft_of: Mapping[int, int]


@dataclass(frozen=True, kw_only=True)
class Backtests:
    """`pool` is that of queries: it can write nothing of another organisation, and this nothing."""

    pool: Pool
    aside: Aside

    async def run(self, asked: Backtest) -> Tested:
        """Try rules on the past.

        Raises Problem 404, 429 `busy`, 422 `backtest_too_large` or `backtest_too_long`.
        """
        async with self.aside.turn():
            past, rules, run_type = await self._gather(asked)
            try:
                verdict = await self.aside.compute(backtest, past, rules, run_type == "batch")
            except TookTooLongError as error:
                raise _refused("backtest_too_long", "takes too long to compute") from error
        drafts = {DRAFT_IDS + place: place for place in range(len(asked.drafts))}
        return Tested(
            entries_beside=sum(not one.counted for one in past.entries),
            verdict=verdict,
            warnings=_warnings(rules, run_type, drafts),
            draft_of=drafts,
        )

    async def _gather(self, asked: Backtest) -> tuple[Past, Split, RunType]:
        async with tenant_snapshot(self.pool, organization_id=asked.key[0]) as connection:
            kind = await past_store.kind_of(connection, asked.key)
            if kind is None:
                raise not_found("reconciliation")
            rules = [_drafted(DRAFT_IDS + n, one) for n, one in enumerate(asked.drafts)]
            if asked.with_rules_in_force:
                rules += map(read_rule, await reconciliations.rules_of(connection, asked.key))
            try:
                past = await past_store.of_window(
                    connection,
                    asked.key,
                    sign_mode=kind.sign_mode,
                    date_from=asked.date_from,
                    date_to=asked.date_to,
                    limit=MAX_ENTRIES,
                )
            except past_store.TooManyEntriesError as error:
                what = f"has more than {MAX_ENTRIES} entries"
                raise _refused("backtest_too_large", what) from error
        return past, split(rules, run_type=kind.run_type), kind.run_type


def backtest(past: Past, rules: Split, in_runs: bool = False) -> Verdict:  # noqa: FBT002  # called by place
    """Replay and judge, in the process aside."""
    made = replay(rules=rules, entries=past.entries, sign_mode=past.sign_mode, in_runs=in_runs)
    ids = [one.rule_id for one in rules.active]
    return judge(past=past, made=made, rule_ids=ids, listed=LISTED)


def _drafted(rule_id: int, draft: RuleDraft) -> Rule:
    return rule_of(
        rule_id=rule_id, version=1, priority=draft.priority, status="active", stored=draft.stored
    )


def _warnings(
    rules: Split, run_type: RunType, drafts: Mapping[int, int]
) -> list[tuple[int, Warned]]:
    def named(rule: Rule) -> str:
        place = drafts.get(rule.rule_id)
        return f"rule {rule.rule_id}" if place is None else f"rules[{place}]"

    return [
        (drafts[rule.rule_id], one)
        for rule in rules.active
        if rule.rule_id in drafts
        for one in warnings_of(rule, rules, run_type=run_type, named=named)
    ]


def _refused(code: str, what: str) -> Problem:
    remedy = "name a shorter window"
    return invalid("$.date_from", f"the window {what}; {remedy}", code=code)
