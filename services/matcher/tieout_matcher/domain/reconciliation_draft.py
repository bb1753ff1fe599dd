"""The body of a new reconciliation: defaults and checks."""

from collections.abc import Mapping
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Identifier = Annotated[int, Field(gt=0, lt=2**53)]


class ReconciliationDraft(BaseModel):
    """Streams of side A are tied to streams of side B; a stream stands on one side."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=255)
    run_type: Literal["continuous", "batch"] = "continuous"
    sign_mode: Literal["same", "opposite", "absolute"] = "same"
    timezone: str = "UTC"
    side_a_stream_ids: list[Identifier] = Field(default_factory=list, max_length=100)
    side_b_stream_ids: list[Identifier] = Field(default_factory=list, max_length=100)

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

    @property
    def sides(self) -> Mapping[int, str]:
        """Stream id → side."""
        return dict.fromkeys(self.side_a_stream_ids, "A") | dict.fromkeys(
            self.side_b_stream_ids, "B"
        )
