"""Balance proofs as JSON: sums and amounts as signed digits of minor units."""

from typing import Any

from tieout_contracts.config_events import SignMode
from tieout_matcher.domain.balance import CurrencyProof
from tieout_matcher.domain.balance_sums import counted
from tieout_matcher.domain.balance_terms import Term
from tieout_matcher.store.balance_entries import Listed, ListedAdjustment


def proof_view(proof: CurrencyProof) -> dict[str, Any]:
    return {
        "currency": proof.currency,
        "exponent": proof.exponent,
        "proven": proof.proven,
        "side_difference": str(proof.side_difference_minor),
        "difference": str(proof.difference_minor),
        "terms": [_term_view(one) for one in proof.terms],
    }


def _term_view(term: Term) -> dict[str, Any]:
    ids = "match_ids" if term.name == "adjustments" else "record_ids"
    more = term.name != "opening_difference" and term.count > len(term.first) > 0
    return {
        "name": term.name,
        "sum": str(term.sum_minor),
        "opening": str(term.opening_minor),
        "count": term.count,
        "pending": term.pending,
        "informational": term.informational,
        ids: term.first,
        "next_cursor": str(term.first[-1]) if more else None,
    }


def entry_view(one: Listed, sign_mode: SignMode) -> dict[str, Any]:
    signed = one.counted_minor if one.direction == "credit" else -one.counted_minor
    amount = counted(signed, side=one.side, sign_mode=sign_mode)
    names = ("record_id", "stream_id", "side", "currency", "exponent", "match_id", "fields")
    return {name: getattr(one, name) for name in names} | {"amount": str(amount)}


def adjustment_view(one: ListedAdjustment) -> dict[str, Any]:
    """Show an adjustment as the proof counts it: what B has beyond A."""
    return {
        "match_id": one.match_id,
        "currency": one.currency,
        "exponent": one.exponent,
        "amount": str(-one.signed_minor),
        "reason": one.reason,
    }
