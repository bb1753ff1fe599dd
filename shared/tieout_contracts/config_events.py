"""Current state of streams and reconciliations, on a compacted topic; apply only newer versions."""

from typing import Literal

from msgspec import Struct

from tieout_contracts.record import Side

RunType = Literal["continuous", "batch"]
SignMode = Literal["same", "opposite", "absolute"]


class StreamConfig(Struct, frozen=True, kw_only=True, tag_field="type", tag="stream"):
    """`arrival_grace_seconds` and `expected_days` decide when an entry is overdue."""

    organization_id: int
    stream_id: int
    version: int
    key: str
    name: str
    expected_days: int
    arrival_grace_seconds: int


class StreamSide(Struct, frozen=True, kw_only=True):
    stream_id: int
    side: Side


class ReconciliationConfig(
    Struct, frozen=True, kw_only=True, tag_field="type", tag="reconciliation"
):
    """`timezone` is an IANA name; calendar days end there."""

    organization_id: int
    reconciliation_id: int
    version: int
    name: str
    run_type: RunType
    sign_mode: SignMode
    timezone: str
    streams: list[StreamSide]


ConfigMessage = StreamConfig | ReconciliationConfig
