"""The body of a new reconciliation: defaults and checks."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from tieout_contracts.money import MAX_DIGITS, MAX_EXPONENT, exponent_of
from tieout_contracts.record import Side


def _storable(name: str) -> str:
    if "\x00" in name:
        raise ValueError("a text must not contain the character NUL")
    return name


def _known_timezone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"{name!r} is not an IANA timezone such as Europe/Berlin")
    return ZoneInfo(name).key


Identifier = Annotated[int, Field(gt=0, lt=2**53)]
Name = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(_storable)]
Timezone = Annotated[str, AfterValidator(_known_timezone)]
StreamIds = Annotated[list[Identifier], Field(max_length=100)]


class OpeningBalanceDraft(BaseModel):
    """What a side has when its reconciliation begins: signed minor units, in no record."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    side: Literal["A", "B"]
    currency: Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9.]{2,11}$")]
    amount_minor: Annotated[str, Field(pattern=rf"^-?[0-9]{{1,{MAX_DIGITS}}}$")]
    exponent: Annotated[int | None, Field(ge=0, le=MAX_EXPONENT)] = None

    @model_validator(mode="after")
    def _known_places(self) -> "OpeningBalanceDraft":
        if self.exponent is None:
            exponent_of(self.currency)
        return self

    @property
    def places(self) -> int:
        """Decimal places: the currency's own unless stated."""
        return exponent_of(self.currency) if self.exponent is None else self.exponent


class ReconciliationDraft(BaseModel):
    """Streams of side A are tied to streams of side B; a stream stands on one side."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    run_type: Literal["continuous", "batch"] = "continuous"
    sign_mode: Literal["same", "opposite", "absolute"] = "same"
    timezone: Timezone = "UTC"
    side_a_stream_ids: StreamIds = []
    side_b_stream_ids: StreamIds = []
    opening_balances: list[OpeningBalanceDraft] = Field(default_factory=list, max_length=100)

    @model_validator(mode="after")
    def _one_side_each(self) -> "ReconciliationDraft":
        require_one_side_each(self.side_a_stream_ids, self.side_b_stream_ids)
        return self

    @model_validator(mode="after")
    def _one_opening_each(self) -> "ReconciliationDraft":
        if self.opening_balances and self.sign_mode == "absolute":
            raise ValueError("opening_balances have a sign; sign_mode absolute reads none")
        if len({(one.side, one.currency) for one in self.opening_balances}) < len(
            self.opening_balances
        ):
            raise ValueError("opening_balances hold a side and currency twice")
        return self

    @property
    def sides(self) -> Mapping[int, Side]:
        """Stream id → side."""
        return sides_of(self.side_a_stream_ids, self.side_b_stream_ids)


class ReconciliationChange(BaseModel):
    """What is left out stays; a side that is named makes the other one be replaced as well."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name = "-"
    run_type: Literal["continuous", "batch"] = "continuous"
    side_a_stream_ids: StreamIds = []
    side_b_stream_ids: StreamIds = []

    @model_validator(mode="after")
    def _one_side_each(self) -> "ReconciliationChange":
        require_one_side_each(self.side_a_stream_ids, self.side_b_stream_ids)
        return self

    @property
    def sides(self) -> Mapping[int, Side] | None:
        """Stream id → side; None when streams are not named."""
        if not self.model_fields_set & {"side_a_stream_ids", "side_b_stream_ids"}:
            return None
        return sides_of(self.side_a_stream_ids, self.side_b_stream_ids)


def require_one_side_each(side_a: Sequence[int], side_b: Sequence[int]) -> None:
    both = set(side_a) & set(side_b)
    if both:
        raise ValueError(f"streams {sorted(both)} stand on both sides")


def sides_of(side_a: Sequence[int], side_b: Sequence[int]) -> Mapping[int, Side]:
    """Stream id → side."""
    on_a: dict[int, Side] = dict.fromkeys(side_a, "A")
    return on_a | dict.fromkeys(side_b, "B")
