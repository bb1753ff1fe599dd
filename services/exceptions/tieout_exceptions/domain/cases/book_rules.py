"""The rules that the reconciliation of an organisation's cases begins with."""

from typing import Any

_SAME_REFERENCE = {"key": "reference", "value": "reference"}
# The whole amount in one piece is decided on arrival; parts that add up to it, in a pass.
RULES: list[dict[str, Any]] = [
    {
        "description": "Evidence of the whole amount",
        "priority": 0,
        "filters": {"rules": [_SAME_REFERENCE, {"key": "amount", "value": "amount"}]},
    },
    {
        "description": "Evidence in parts",
        "priority": 1,
        "cardinality": "many_to_one",
        "group_by": ["reference"],
        "rollup": {"group_by_kind": "identifier"},
        "filters": {"rules": [_SAME_REFERENCE, {"key": "amount", "value": "amount"}]},
    },
]
