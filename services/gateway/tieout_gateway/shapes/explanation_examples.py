"""A match and an open entry, explained: examples for the document."""

from typing import Any

Json = dict[str, Any]


def _value(record_id: int, text: str) -> Json:
    return {"record_id": record_id, "records": 1, "before": text, "after": text}


def _record(number: int, side: str, amount: int, reference: str) -> Json:
    return {
        "id": number,
        "amount": amount,
        "currency": "EUR",
        "decimal_places": 2,
        "direction": "credit",
        "date": "2026-01-05",
        "reference": reference,
        "metadata": {},
        "data_stream_key": "bank-eur" if side == "A" else "ledger-eur",
        "side": side,
    }


def _amounts(other: str, apart: str, result: str) -> Json:
    return {
        "path": "$.filters.rules[0]",
        "key": "amount",
        "operand": "eq",
        "value": "amount",
        "tolerance": {"amount": "0.50", "unit": "dollar"},
        "result": result,
        "side_a": _value(501, "100.00"),
        "side_b": _value(502, other),
        "difference": {"amount": apart, "unit": "EUR"},
        "weight": 4,
    }


_REFERENCES: Json = {
    "path": "$.filters.rules[1]",
    "key": "reference",
    "operand": "eq",
    "value": "reference",
    "result": "pass",
    "side_a": _value(501, "INV-4711"),
    "side_b": _value(502, "INV-4711"),
    "weight": 3,
    "closeness": "1",
}
_CURRENCIES: Json = {
    "implied": "one_currency",
    "result": "pass",
    "side_a": _value(501, "EUR"),
    "side_b": _value(502, "EUR"),
}
_PATHS = ["$.filters.rules[0]", "$.filters.rules[1]"]


def _trace(amounts: Json, score: int | None) -> Json:
    holds = score is not None
    return {
        "conditions": [amounts, _REFERENCES, _CURRENCIES],
        "alternatives": [
            {"paths": _PATHS, "implied": ["one_currency"], "holds": holds, "score": score}
        ],
        "held": 0 if holds else None,
    }


MATCH_EXAMPLE: Json = {
    "id": 71,
    "reconciliation_id": 41,
    "status": "accepted",
    "kind": "tolerance",
    "rule": {
        "id": 51,
        "version": 1,
        "priority": 0,
        "source": "user",
        "filters": {
            "rules": [
                {"key": "amount", "value": "amount", "tolerance_amount": "0.50"},
                {"key": "reference", "value": "reference"},
            ]
        },
        "created_at": "2026-01-05T09:00:00Z",
    },
    "trace": _trace(_amounts("100.40", "0.40", "pass") | {"closeness": "0.6"}, 77),
    "score": {
        "stored": 77,
        "computed": 77,
        "weighed": [
            {"path": _PATHS[0], "weight": 4, "closeness": "0.6"},
            {"path": _PATHS[1], "weight": 3, "closeness": "1"},
        ],
        "message": "100 * (4 * 0.6 + 3 * 1) / 7, floored, is 77",
    },
    "candidates": 1,
    "other_record_ids": [],
    "greedy": False,
    "records": [_record(501, "A", 10000, "INV-4711"), _record(502, "B", 10040, "INV-4711")],
    "adjustments": [
        {"amount_minor": "-40", "exponent": 2, "currency": "EUR", "reason": "tolerance"}
    ],
    "created_at": "2026-01-05T09:00:31Z",
}
OPEN_EXAMPLE: Json = {
    "record_id": 501,
    "reconciliation_id": 41,
    "side": "A",
    "status": "unmatched",
    "reason": {"code": "overdue", "message": "no counterpart came until 2026-01-08 00:00 UTC"},
    "rules": [
        {
            "rule_id": 51,
            "version": 1,
            "priority": 0,
            "cardinality": "one_to_one",
            "evaluate": "pass",
            "candidates": 1,
            "lacks": [],
        }
    ],
    "near_misses": [
        {
            "rule_id": 51,
            "rule_version": 1,
            "record": _record(502, "B", 10075, "INV-4711"),
            "state": "open",
            "failing": 1,
            "alternative": 0,
            "message": "The amount differs by 0.75 EUR; with a tolerance of 0.75 EUR instead of "
            "0.50 EUR it would have matched.",
            "changes": [
                {
                    "kind": "tolerance",
                    "message": "with a tolerance of 0.75 EUR instead of 0.50 EUR",
                    "path": _PATHS[0],
                    "from": "0.50",
                    "to": "0.75",
                    "unit": "dollar",
                }
            ],
            "trace": _trace(_amounts("100.75", "0.75", "fail"), None),
        }
    ],
    "groups": [],
    "searched": {"candidates": 48, "all_open": True},
}
