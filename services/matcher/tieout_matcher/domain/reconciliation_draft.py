"""The body of a new reconciliation: defaults and checks."""

from collections.abc import Mapping
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from tieout_contracts.money import MAX_DIGITS, MAX_EXPONENT, exponent_of

Identifier = Annotated[int, Field(gt=0, lt=2**53)]


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

    name: str = Field(min_length=1, max_length=255)
    run_type: Literal["continuous", "batch"] = "continuous"
    sign_mode: Literal["same", "opposite", "absolute"] = "same"
    timezone: str = "UTC"
    side_a_stream_ids: list[Identifier] = Field(default_factory=list, max_length=100)
    side_b_stream_ids: list[Identifier] = Field(default_factory=list, max_length=100)
    opening_balances: list[OpeningBalanceDraft] = Field(default_factory=list, max_length=100)

    @field_validator("name")
    @classmethod
    def _storable(cls, name: str) -> str:
        if "\x00" in name:
            raise ValueError("a text must not contain the character NUL")
        return name

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError(f"{name!r} is not an IANA timezone such as Europe/Berlin")
        return ZoneInfo(name).key

    @model_validator(mode="after")
    def _one_side_each(self) -> "ReconciliationDraft":
        both = set(self.side_a_stream_ids) & set(self.side_b_stream_ids)
        if both:
            raise ValueError(f"streams {sorted(both)} stand on both sides")
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
    def sides(self) -> Mapping[int, str]:
        """Stream id → side."""
        return dict.fromkeys(self.side_a_stream_ids, "A") | dict.fromkeys(
            self.side_b_stream_ids, "B"
        )
