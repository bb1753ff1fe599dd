"""Amounts in major units, as Lerian's callers write them: never read as a float."""

import re
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from tieout_gateway.domain.strict_json import WrittenFloat

MAX_LENGTH = 60
_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)


def _plain_decimal(value: object) -> str:
    """Write a number or a text as a plain decimal, digit for digit."""
    if isinstance(value, WrittenFloat):
        value = _without_exponent(value.text)
    elif isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise ValueError("an amount is a decimal number, as a text or as a JSON number")  # noqa: TRY004  # pydantic's
    if len(value) > MAX_LENGTH or not _PLAIN.fullmatch(value):
        raise ValueError(
            f"an amount is a plain decimal number of at most {MAX_LENGTH} characters: -1234.50"
        )
    return value


def _without_exponent(text: str) -> str:
    number = Decimal(text)
    if abs(number.adjusted()) > MAX_LENGTH:
        raise ValueError(f"an amount has at most {MAX_LENGTH} digits")
    return format(number, "f")


def _not_zero(value: str) -> str:
    if not value.strip("-0."):
        raise ValueError("must not be zero")
    return value


def _not_negative(value: str) -> str:
    if value.startswith("-"):
        raise ValueError("must not be negative")
    return value


_SCHEMA = {
    "anyOf": [
        {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$", "maxLength": MAX_LENGTH},
        {"type": "number"},
    ]
}
SignedDecimal = Annotated[
    str, BeforeValidator(lambda value: _not_zero(_plain_decimal(value))), WithJsonSchema(_SCHEMA)
]
LimitDecimal = Annotated[
    str,
    BeforeValidator(lambda value: _not_negative(_plain_decimal(value))),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$", "maxLength": MAX_LENGTH},
                {"type": "number", "minimum": 0},
            ]
        }
    ),
]
