"""Deciding on arrival: each entry, in log order, takes the earliest open counterpart it equals.

Pure. Deciding a batch equals deciding its entries one by one, so the result depends on the log
alone. Source: semantics of deciding (docs); one outcome for each arriving entry.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import heappop, heappush

from msgspec import Struct

from tieout_contracts.record import Side
from tieout_matcher.domain.canonical import Text
from tieout_matcher.domain.plan import RuleSet


class Entry(Struct, frozen=True, kw_only=True, gc=False):
    """A record inside one reconciliation, as far as deciding needs it.

    `entry_no` orders entries by their first arrival; `texts` is what it says by each
    alternative of the rules, `hashes` the hashes of these, which only what arrives needs.
    `fields` is the JSON of its business fields, passed on to events; `left_minor` what is left of
    an entry that is partly matched (unsigned digits).
    """

    record_id: int
    entry_no: int
    version: int
    stream_id: int
    side: Side
    overdue_at: datetime
    overdue_seq: int | None = None
    texts: tuple[Text, ...]
    hashes: tuple[int | None, ...] = ()
    left_minor: str | None = None
    fields: bytes


class Pair(Struct, frozen=True, kw_only=True, gc=False):
    """A match of two entries by the rule at `rule_index` of the rule set."""

    arrival: Entry
    counterpart: Entry
    rule_index: int

    @property
    def members(self) -> tuple[Entry, Entry]:
        """Side A first."""
        if self.arrival.side == "A":
            return (self.arrival, self.counterpart)
        return (self.counterpart, self.arrival)


@dataclass(frozen=True, kw_only=True)
class Decision:
    """`outcomes` has one item for each arrival, in order: its pair, or None when it stays open.

    `left_open` are the arrivals that nothing took, `claimed` the pool's entries that were taken.
    """

    outcomes: list[Pair | None]
    left_open: list[Entry]
    claimed: list[Entry]


# Record ids of pairs (side A, side B) that a person took apart: no rule makes them again.
Blocks = Collection[tuple[int, int]]


# A heap of (entry number, entry) for each text.
_Heaps = dict[str, list[tuple[int, Entry]]]


class _Pool:
    """Open entries by side, alternative and what they say, each text's in entry order."""

    def __init__(self, rules: RuleSet, entries: Iterable[Entry]) -> None:
        self._open: dict[Side, list[_Heaps]] = {
            "A": [{} for _ in rules.alternatives],
            "B": [{} for _ in rules.alternatives],
        }
        self._turns = rules.turns
        self._others = {"A": self._open["B"], "B": self._open["A"]}
        self._taken: set[int] = set()
        for entry in entries:
            self.add(entry)

    def add(self, entry: Entry) -> None:
        item = (entry.entry_no, entry)
        for heaps, text in zip(self._open[entry.side], entry.texts, strict=True):
            if text is None:
                continue
            if heap := heaps.get(text):
                heappush(heap, item)
            else:
                heaps[text] = [item]

    def take(self, arrival: Entry, blocks: Blocks) -> tuple[Entry, int] | None:
        """Take the earliest counterpart by the first rule that has one."""
        others = self._others[arrival.side]
        for rule_index, turn in enumerate(self._turns):
            found = None
            for place in turn:
                text = arrival.texts[place]
                heap = others[place].get(text) if text is not None else None
                one = self._earliest(heap, arrival, blocks) if heap else None
                if one is not None and (found is None or one.entry_no < found.entry_no):
                    found = one
            if found is not None:
                self._taken.add(found.entry_no)
                return found, rule_index
        return None

    def _earliest(
        self, heap: list[tuple[int, Entry]], arrival: Entry, blocks: Blocks
    ) -> Entry | None:
        """Find the first that is not taken; it stays on the heap until it is."""
        passed_over: list[tuple[int, Entry]] = []
        found = None
        while heap and found is None:
            item = heap[0]
            if item[0] in self._taken:
                heappop(heap)
            elif blocks and _pair_of(arrival, item[1]) in blocks:
                passed_over.append(heappop(heap))
            else:
                found = item[1]
        for item in passed_over:
            heappush(heap, item)
        return found


def decide(
    *, rules: RuleSet, arrivals: Sequence[Entry], candidates: Iterable[Entry], blocks: Blocks = ()
) -> Decision:
    """Decide arrivals in order against the open candidates and against each other.

    `candidates` must hold, for each text of an arrival, every open entry of the
    other side that could be taken. Distinct entries have distinct `entry_no`.
    """
    pool = _Pool(rules, candidates)
    outcomes: list[Pair | None] = []
    open_arrivals: dict[int, Entry] = {}
    claimed: list[Entry] = []
    for arrival in arrivals:
        taken = pool.take(arrival, blocks)
        if taken is None:
            outcomes.append(None)
            open_arrivals[arrival.entry_no] = arrival
            pool.add(arrival)
            continue
        counterpart, rule_index = taken
        outcomes.append(Pair(arrival=arrival, counterpart=counterpart, rule_index=rule_index))
        if open_arrivals.pop(counterpart.entry_no, None) is None:
            claimed.append(counterpart)
    return Decision(outcomes=outcomes, left_open=list(open_arrivals.values()), claimed=claimed)


def _pair_of(one: Entry, other: Entry) -> tuple[int, int]:
    first, second = (one, other) if one.side == "A" else (other, one)
    return (first.record_id, second.record_id)
