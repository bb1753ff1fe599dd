"""A matcher in memory around `decide`: a log in batches, open entries kept between them."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st
from msgspec.structs import replace as changed

from tieout_contracts.config_events import SignMode
from tieout_contracts.record import Side
from tieout_matcher.domain.decide import Blocks, Decision, Entry, decide
from tieout_matcher.domain.plan import RuleSet, compile_rules
from tieout_matcher.domain.rule import Rule
from unit.matcher.builders import a_leaf, a_rule, an_entry, pairs_of, some_fields
from unit.matcher.naive import Arriving

Decide = Callable[..., Decision]
Outcome = tuple[int, int, int] | None


@dataclass(frozen=True, kw_only=True)
class Case:
    """A log with the rules that read it; `cuts` are where batches end."""

    log: tuple[Arriving, ...]
    rules: tuple[Rule, ...]
    sign_mode: SignMode
    blocks: frozenset[tuple[int, int]]
    cuts: frozenset[int]


LEAVES = (
    a_leaf("external_id"),
    a_leaf("reference"),
    a_leaf("external_id", "reference"),
    a_leaf("date"),
    a_leaf("amount"),
    a_leaf("metadata.ref.no", "external_id"),
    a_leaf("external_id", transforms={"key": "lowercase", "value": ["uppercase", "lowercase"]}),
    a_leaf("reference", transforms={"key": "digits_only", "value": "digits_only"}),
)
_conditions = st.one_of(
    st.sampled_from(LEAVES),
    st.builds(
        lambda operand, rules: {"operand": operand, "rules": rules},
        st.sampled_from(["and", "or"]),
        st.lists(st.sampled_from(LEAVES), min_size=1, max_size=3),
    ),
)
TEXTS = (None, "", "A-1", "a-1", "1", "É1", "E\u03011")
AMOUNTS = ("100", "1000", "25", "0")
CURRENCIES = ("EUR", "EUR", "USD")
DIRECTIONS = ("credit", "credit", "debit")
METADATA: tuple[dict[str, Any], ...] = ({}, {"ref": {"no": "1"}}, {"ref": {"no": 1}}, {"ref": []})
_texts = st.sampled_from(TEXTS)
_fields = st.builds(
    some_fields,
    st.sampled_from(AMOUNTS),
    exponent=st.sampled_from([0, 1, 2]),
    currency=st.sampled_from(CURRENCIES),
    direction=st.sampled_from(DIRECTIONS),
    external_id=_texts,
    reference=_texts,
    metadata=st.sampled_from(METADATA),
)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    kinds = draw(st.lists(_fields, min_size=1, max_size=4))
    length = draw(st.integers(0, 24))
    sides = st.sampled_from(["A", "B"])
    log = tuple(
        Arriving(record_id=number + 100, side=draw(sides), fields=draw(st.sampled_from(kinds)))
        for number in range(1, length + 1)
    )
    rules = tuple(
        a_rule(*draw(st.lists(_conditions, min_size=1, max_size=2)), rule_id=number,
               operand=draw(st.sampled_from(["and", "or"])),
               priority=draw(st.integers(0, 2)),
               status=draw(st.sampled_from(["active", "active", "active", "proposed"])))
        for number in range(1, draw(st.integers(0, 3)) + 1)
    )  # fmt: skip
    ids = [(one.record_id, two.record_id) for one in log if one.side == "A"
           for two in log if two.side == "B"]  # fmt: skip
    return Case(
        log=log,
        rules=rules,
        sign_mode=draw(st.sampled_from(["same", "same", "opposite", "absolute"])),
        blocks=frozenset(draw(st.lists(st.sampled_from(ids), max_size=6)) if ids else ()),
        cuts=draw(st.frozensets(st.integers(0, max(length, 1)), max_size=6)),
    )


class Run:
    """A case decided by `decide`; what it made is worked out once."""

    def __init__(self, case: Case, decide: Decide = decide) -> None:
        self.case = case
        self._decide = decide

    @cached_property
    def _rules(self) -> RuleSet:
        return compile_rules(self.case.rules, sign_mode=self.case.sign_mode)

    @cached_property
    def entries(self) -> list[Entry]:
        kinds: dict[tuple[Side, int], Entry] = {}  # what the same fields say is read once a side
        entries = []
        for number, one in enumerate(self.case.log, start=1):
            kind = (one.side, id(one.fields))
            if kind not in kinds:
                kinds[kind] = an_entry(0, one.side, one.fields, self._rules)
            entries.append(changed(kinds[kind], entry_no=number, record_id=one.record_id))
        return entries

    @cached_property
    def outcomes(self) -> list[Outcome]:
        """What each arrival made, batch by batch."""
        return self._decided(self._rules, self.entries, self.case.cuts, self.case.blocks)

    @cached_property
    def in_one_batch(self) -> list[Outcome]:
        return self._decided(self._rules, self.entries, (), self.case.blocks)

    @cached_property
    def by_the_first_rule(self) -> list[Outcome]:
        """What the rule that runs first makes alone, when nobody took anything apart."""
        rules = replace(self._rules, rules=self._rules.rules[:1])
        ways = len(rules.alternatives)
        entries = [changed(one, texts=one.texts[:ways]) for one in self.entries]
        return self._decided(rules, entries, self.case.cuts, ())

    def _decided(
        self, rules: RuleSet, entries: Sequence[Entry], cuts: Collection[int], blocks: Blocks
    ) -> list[Outcome]:
        """Decide the log batch by batch; what each batch leaves open is the next one's pool."""
        waiting: dict[int, Entry] = {}
        outcomes: list[Outcome] = []
        for batch in _batches(entries, cuts):
            made = self._decide(
                rules=rules, arrivals=batch, candidates=list(waiting.values()), blocks=blocks
            )
            for entry in made.claimed:
                waiting.pop(entry.entry_no, None)
            waiting |= {entry.entry_no: entry for entry in made.left_open}
            outcomes += pairs_of(made.outcomes)
        return outcomes


def _batches(entries: Sequence[Entry], cuts: Collection[int]) -> list[Sequence[Entry]]:
    edges = sorted({0, *(cut for cut in cuts if cut < len(entries)), len(entries)})
    return [entries[start:end] for start, end in pairwise(edges)]
