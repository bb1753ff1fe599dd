"""What `examples/` holds: the files, how their streams are made, and the story that is told."""

from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct


class ExampleMissingError(Exception):
    """There is no such example folder: the demo runs from a checkout, or is told where it is."""


class ExampleReconciliation(Struct, frozen=True, kw_only=True):
    """Streams by key; `rules` are bodies of POST /v1/reconciliation_rules but for the id."""

    name: str
    side_a: str
    side_b: str
    sign_mode: Literal["same", "opposite", "absolute"]
    rules: list[dict[str, Any]]


class ExampleFile(Struct, frozen=True, kw_only=True):
    stream: str
    file: str


class RecordName(Struct, frozen=True, kw_only=True):
    """One record by its stream's key and its reference, which is unique there while open."""

    stream: str
    reference: str


class SlipName(Struct, frozen=True, kw_only=True):
    """One record by its stream's key and its external id."""

    stream: str
    external_id: str


class ForceMatch(Struct, frozen=True, kw_only=True):
    entry: RecordName
    counterpart: RecordName
    notes: str
    override_reason: str
    residual_treatment: Literal["write_off", "fee", "fx", "rounding", "carry"]


class Example(Struct, frozen=True, kw_only=True):
    """`books` are uploaded and decided before `evidence`; `late_now` is marked overdue by hand.

    Of the last reconciliation `near_miss` is an open record whose counterpart is nearly one, and
    `draft` a rule to be tried over its past.
    """

    reconciliations: list[ExampleReconciliation]
    books: list[ExampleFile]
    evidence: list[ExampleFile]
    near_miss: SlipName
    draft: dict[str, Any]
    late_now: RecordName
    force_match: ForceMatch

    @property
    def files(self) -> list[ExampleFile]:
        return [*self.books, *self.evidence]


def checkout_examples() -> Path:
    """`examples` of the checkout this package runs from."""
    return Path(__file__).resolve().parents[3] / "examples"


def read_example(folder: Path) -> Example:
    """Read `setup.json`. Raises ExampleMissingError."""
    setup = folder / "setup.json"
    if not setup.exists():
        raise ExampleMissingError(f"{setup} is missing: run the demo in a checkout of the project")
    return msgspec.json.decode(setup.read_bytes(), type=Example)
