"""What truth.json says a match of the settlement days may be, and must be."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from real.settlement import Known

# A movement: day, counterparty, signed amount. A payment: day, tx_id, counterparty; a tx_id
# alone comes again on other days and with other counterparties.
Movement = tuple[str, str | None, Decimal]
Payment = tuple[str, str | None, str | None]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    found: int
    contradictions: list[tuple[str, str]]
    unknown: list[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Truth:
    members: Mapping[Movement, frozenset[Payment]]

    @property
    def alone(self) -> dict[Movement, Payment]:
        """The groups of one member: what an exact 1:1 rule has to find."""
        return {key: next(iter(one)) for key, one in self.members.items() if len(one) == 1}

    def judge(self, matches: Iterable[tuple[Known, Known]]) -> Verdict:
        """Hold matches against the groups; (side A, side B)."""
        group_of = {one: key for key, members in self.members.items() for one in members}
        found, contradictions, unknown = set(), [], []
        for a, b in matches:
            movement, payment = movement_of(a), payment_of(b)
            names = (a.identity, b.identity)
            if self.members.get(movement) == {payment}:
                found.add(movement)
            elif movement in self.members or payment in group_of:
                contradictions.append(names)
            else:
                unknown.append(names)
        return Verdict(found=len(found), contradictions=contradictions, unknown=unknown)


def truth_of(days: Iterable[dict[str, Any]]) -> Truth:
    return Truth(
        members={
            (day["date"], group["counterparty_bic"], Decimal(group["movement"])): frozenset(
                (day["date"], tx_id, group["counterparty_bic"]) for tx_id in group["tx_ids"]
            )
            for day in days
            for group in day["many_to_one_groups"]
        }
    )


def signed_amount(record: dict[str, Any]) -> Decimal:
    amount = Decimal(record["amount"]).scaleb(-record["decimal_places"])
    return amount if record["direction"] == "credit" else -amount


def movement_of(known: Known) -> Movement:
    record = known.record
    return known.day, record["metadata"].get("counterparty_bic"), signed_amount(record)


def payment_of(known: Known) -> Payment:
    record = known.record
    return known.day, record.get("reference"), record["metadata"].get("counterparty_bic")
