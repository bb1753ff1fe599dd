"""Samples with a pattern planted among noise, and noise alone; the same for the same seed."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from tieout_contracts.config_events import RunType
from tieout_contracts.record import Side
from tieout_matcher.domain.backtesting.past import Past, PastEntry, PastMatch
from tieout_matcher.domain.learning.learn import Learned, learn
from tieout_matcher.domain.learning.sample import Sample
from tieout_matcher.domain.learning.words import in_words
from tieout_matcher.domain.rule import Rule
from unit.matcher.builders import encoded, some_fields

START = date(2026, 1, 5)  # a Monday
DAYS = 60
FRIDAY = 4


class Planting:
    """Adds entries one after the other; the first of each pattern may be matched by people."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)  # noqa: S311  # chance that can be had again, not a secret
        self.entries: list[PastEntry] = []
        self.matches: list[PastMatch] = []

    def add(self, side: Side, cents: int, day: date, **fields: Any) -> int:
        number = len(self.entries) + 1
        said = encoded(some_fields(str(cents), date=day, **fields))
        self.entries.append(PastEntry(number, number, side, said, matched=False))
        return number

    def match(self, side_a: Sequence[int], side_b: Sequence[int]) -> None:
        number = len(self.matches) + 1
        self.matches.append(PastMatch(number, "manual", tuple(side_a), tuple(side_b)))

    def a_day(self) -> date:
        return START + timedelta(days=self.chance.randrange(DAYS))

    def cents(self) -> int:
        return self.chance.randrange(2_000, 1_000_000)

    def noise(self, entries: int, amounts: Sequence[int] = ()) -> "Planting":
        """Add entries of both sides that have nothing to do with each other."""
        chance = self.chance
        for _ in range(entries):
            for side in ("A", "B"):
                self.add(
                    side,  # type: ignore[arg-type]  # it is a side
                    chance.choice(amounts) if amounts else self.cents(),
                    self.a_day(),
                    reference=f"{chance.randrange(10**9):09}",
                    external_id=f"{side}{len(self.entries)}",
                    counterparty=f"C{chance.randrange(20)}",
                    description=f"{chance.choice(['paid', 'invoice'])} {chance.randrange(1000)}",
                )
        return self

    def prefixed(self, pairs: int, *, shown: int = 0) -> "Planting":
        """Add pairs whose references differ by a prefix, at amounts that are equal."""
        for place in range(pairs):
            cents, day, number = self.cents(), self.a_day(), f"{self.chance.randrange(10**8):08}"
            later = day + timedelta(days=self.chance.randrange(20))
            a = self.add("A", cents, day, reference=f"INV-{number}")
            b = self.add("B", cents, later, reference=number)
            if place < shown:
                self.match([a], [b])
        return self

    def less_a_fee(self, pairs: int, *, shown: int = 0, named: bool = True) -> "Planting":
        """Add pairs of which side A has half a percent less, with a reference or a customer."""
        for place in range(pairs):
            cents, day, number = self.cents(), self.a_day(), f"P{self.chance.randrange(10**8)}"
            said = {"reference": number} if named else {"counterparty": f"Customer {place % 40}"}
            a = self.add("A", cents - round(cents / 200), day, **said)
            b = self.add("B", cents, day, **said)
            if place < shown:
                self.match([a], [b])
        return self

    def over_weekends(self, pairs: int, *, shown: int = 0) -> "Planting":
        """Add pairs that say nothing but their amount; A is a day later, after Fridays three."""
        for place in range(pairs):
            cents, day = self.cents(), self.a_day()
            a = self.add("A", cents, day + timedelta(days=3 if day.weekday() == FRIDAY else 1))
            b = self.add("B", cents, day)
            if place < shown:
                self.match([a], [b])
        return self

    def paid_out(self, days: int, *, shown: int = 0, many: Side = "A") -> "Planting":
        """Add what is paid out in one sum a counterparty and day, a day later."""
        one: Side = "B" if many == "A" else "A"
        for place in range(3 * days):
            day, name = START + timedelta(days=place // 3), ("visa", "amex", "paypal")[place % 3]
            sums = [self.chance.randrange(100, 50_000) for _ in range(self.chance.randint(1, 7))]
            members = [self.add(many, cents, day, counterparty=name) for cents in sums]
            total = [self.add(one, sum(sums), day + timedelta(days=1), counterparty=name)]
            if place < shown:
                self.match(*((members, total) if many == "A" else (total, members)))
        return self

    def in_batches(self, batches: int, *, shown: int = 0) -> "Planting":
        """Add what is paid out in one sum a batch, some time later."""
        for place in range(batches):
            sums = [self.chance.randrange(100, 50_000) for _ in range(self.chance.randint(2, 6))]
            name, day = f"batch-{place}", self.a_day()
            members = [self.add("A", cents, day, metadata={"payout": name}) for cents in sums]
            later = day + timedelta(days=self.chance.randrange(30))
            total = self.add("B", sum(sums), later, reference=name.upper())
            if place < shown:
                self.match(members, [total])
        return self

    def past(self) -> Past:
        members = {record for one in self.matches for record in (*one.side_a, *one.side_b)}
        return Past(
            sign_mode="same",
            entries=[one._replace(matched=one.record_id in members) for one in self.entries],
            matches=self.matches,
        )

    def learn(
        self,
        *,
        known: Sequence[Rule] = (),
        refused: Sequence[Rule] = (),
        run_type: RunType = "continuous",
    ) -> list[Learned]:
        sample = Sample(past=self.past())
        return learn(sample, known=known, refused=refused, run_type=run_type)


def everything(seed: int) -> Planting:
    """Plant every pattern, none of it shown."""
    one = Planting(seed).prefixed(60).less_a_fee(60).over_weekends(60).paid_out(15).in_batches(15)
    return one.noise(40)


def lines(learned: Sequence[Learned]) -> list[str]:
    """Say what was learned, such as `equal reference, equal amount`; rollups by what gathers."""
    return [
        in_words(one.draft.leaves)
        + (f" by {' '.join(one.draft.group_by)}" if one.draft.rollup is not None else "")
        for one in learned
    ]
