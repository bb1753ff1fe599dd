"""Streams, reconciliations and rules, made through the API."""

import json
from dataclasses import dataclass
from typing import Any

from tieout_local.demo.api import Api, CurlLines
from tieout_local.demo.example import Example, ExampleReconciliation


@dataclass(frozen=True, kw_only=True)
class MadeReconciliation:
    """`rules` maps a rule's id to what it says of itself, in the order they are tried."""

    id: int
    name: str
    streams: tuple[str, str]
    rules: dict[int, str]


def set_up(api: Api, lines: CurlLines, example: Example) -> list[MadeReconciliation]:
    """Make everything the example names; answers its reconciliations in order."""
    stream_ids: dict[str, int] = {}
    for one in example.files:
        body = lines.read_body("streams", f"{one.stream}.json")
        stream_ids[one.stream] = api.shown.data_streams.create(**body).id
    return [_make(api, one, stream_ids) for one in example.reconciliations]


def _make(
    api: Api, wanted: ExampleReconciliation, stream_ids: dict[str, int]
) -> MadeReconciliation:
    made = api.shown.reconciliations.create(
        name=wanted.name,
        side_a_stream_ids=[stream_ids[wanted.side_a]],
        side_b_stream_ids=[stream_ids[wanted.side_b]],
        sign_mode=wanted.sign_mode,
    )
    return MadeReconciliation(
        id=made.id,
        name=wanted.name,
        streams=(wanted.side_a, wanted.side_b),
        rules={_make_rule(api, made.id, rule): rule["description"] for rule in wanted.rules},
    )


def _make_rule(api: Api, reconciliation_id: int, rule: dict[str, Any]) -> int:
    return api.shown.reconciliation_rules.create(reconciliation_id=reconciliation_id, **rule).id


def rule_sentence(rule: dict[str, Any]) -> str:
    """Say a rule's conditions in one line, side A's field first."""
    said = " and ".join(
        f"{_field(leaf, 'key')} = {_field(leaf, 'value')}{_tolerance(leaf)}"
        for leaf in rule["filters"]["rules"]
    )
    grouped = ", ".join(rule.get("group_by", ()))
    return f"{said}, the records of A summed by {grouped}" if grouped else said


def _tolerance(leaf: dict[str, Any]) -> str:
    if "tolerance_amount" not in leaf:
        return ""
    return f" ± {leaf['tolerance_amount']} {leaf.get('tolerance_unit', 'dollar')}"


def _field(leaf: dict[str, Any], side: str) -> str:
    transforms = leaf.get("transforms", {}).get(side, [])
    said = str(leaf[side])
    for name in [transforms] if isinstance(transforms, str) else transforms:
        said = f"{name if isinstance(name, str) else json.dumps(name)}({said})"
    return said
