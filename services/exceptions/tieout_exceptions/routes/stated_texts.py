"""Texts and amounts as intents and evidence state them."""

from typing import Annotated

from pydantic import Field

from tieout_exceptions.routes.requests import FilledText

Short = Annotated[FilledText, Field(max_length=255)]
Word = Annotated[FilledText, Field(max_length=64)]
Amount = Annotated[str, Field(pattern=r"^\d{1,38}(\.\d{1,18})?$")]
Currency = Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9.]{2,11}$")]
