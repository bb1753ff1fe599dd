"""Texts and amounts as ReconLayer's callers state them and read them."""

from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema

from tieout_gateway.shapes.shape import Body, Shape

DecimalText = Annotated[str, WithJsonSchema({"type": "string", "pattern": r"^-?\d+(\.\d+)?$"})]
AmountIn = Annotated[str, Field(pattern=r"^\d{1,38}(\.\d{1,18})?$")]


def _filled(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be blank")
    return value


Reference = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(_filled)]
Word = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_filled)]
Currency = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.]{2,11}$"), AfterValidator(str.upper)
]


class MoneyIn(Body):
    amount: AmountIn = Field(description="a decimal with no more places than the currency has")
    currency: Currency


class Money(Shape):
    amount: DecimalText
    currency: str
