"""What all models are built from, and how an answer becomes one."""

import json
from collections.abc import Hashable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, PrivateAttr, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from tieout_client.answer import Answer
from tieout_client.errors import UnreadableAnswerError


@dataclass(frozen=True, kw_only=True)
class _Origin:
    """Where an object comes from, which does not make it another one."""

    answer: Answer | None = field(default=None, compare=False)


class Model(BaseModel):
    """An object of the API. Members that this version does not know are kept beside the others."""

    model_config = ConfigDict(frozen=True, extra="allow", protected_namespaces=(), defer_build=True)

    _origin: _Origin = PrivateAttr(default_factory=_Origin)


class CamelModel(Model):
    """An object whose members are written inCamelCase; here they are_in_snake_case."""

    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, validate_by_alias=True
    )


M = TypeVar("M", bound=Model)


def answer_of(told: Model) -> Answer:
    """Give the answer that brought an object: status, `etag`, `request_id`, `replayed`.

    Raises ValueError for an object that is only a part of an answer.
    """
    if told._origin.answer is None:  # noqa: SLF001  # set below, hidden from callers only
        raise ValueError("this object was not the whole of an answer")
    return told._origin.answer  # noqa: SLF001  # as above


def one_of(kind: type[M], answer: Answer) -> M:
    """Read one object. Raises UnreadableAnswerError."""
    told: M = _read(kind, answer)
    told._origin = _Origin(answer=answer)  # noqa: SLF001  # its only writer
    return told


def many_of(kind: type[M], answer: Answer) -> list[M]:
    """Read a bare array of objects. Raises UnreadableAnswerError."""
    told: list[M] = _read(list[kind], answer)  # type: ignore[valid-type]  # a value here
    return told


def _read(kind: Hashable, answer: Answer) -> Any:
    """Read JSON; a number with a fraction is a Decimal, digit for digit, never a float."""
    try:
        return _adapter(kind).validate_python(json.loads(answer.body, parse_float=Decimal))
    except (ValueError, ValidationError) as error:
        raise UnreadableAnswerError(answer, str(error)) from error


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
