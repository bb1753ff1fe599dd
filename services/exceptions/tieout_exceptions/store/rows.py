"""Rows to values and back; money travels as numeric, exact in both directions."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Any

from asyncpg import Record

from tieout_exceptions.domain.breaks import Break
from tieout_exceptions.domain.buckets import Bucket
from tieout_exceptions.domain.entries import OverdueEntry
from tieout_exceptions.domain.operations import Operation
from tieout_exceptions.domain.reasons import Suggestion

_MONEY = {"signed_minor", "amount_minor"}
_ENTRY = tuple(one.name for one in fields(OverdueEntry))
_BREAK = tuple(one.name for one in fields(Break))
_SUGGESTION = tuple(one.name for one in fields(Suggestion))
_OPERATION = tuple(one.name for one in fields(Operation))
# In the order of the statement `put_buckets`.
_BUCKET = tuple(one.name for one in fields(Bucket))


def entry_of(row: Record) -> OverdueEntry:
    return OverdueEntry(**_members(row, _ENTRY))


def suggestion_of(row: Record) -> Suggestion:
    return Suggestion(**_members(row, _SUGGESTION))


def break_of(row: Record) -> Break:
    return Break(**_members(row, _BREAK))


def bucket_of(row: Record) -> Bucket:
    return Bucket(**_members(row, _BUCKET))


def operation_of(row: Record) -> Operation:
    members = _members(row, _OPERATION)
    return Operation(**members | {"counterpart_record_ids": tuple(row["counterpart_record_ids"])})


def entry_columns(entries: Iterable[OverdueEntry]) -> list[list[Any]]:
    """One list a column, in the order of the statement `put_entries`."""
    return _columns(list(entries), _ENTRY)


def suggestion_columns(suggestions: Iterable[Suggestion]) -> list[list[Any]]:
    """One list a column, in the order of the statement `put_suggestions`."""
    return _columns(list(suggestions), _SUGGESTION)


def break_columns(breaks: Iterable[Break]) -> list[list[Any]]:
    """One list a column, in the order of the statement `put_breaks`."""
    return _columns(list(breaks), _BREAK)


def bucket_columns(buckets: Iterable[Bucket]) -> list[list[Any]]:
    """One list a column, in the order of the statement `put_buckets`."""
    return _columns(list(buckets), _BUCKET)


def _members(row: Record, names: Sequence[str]) -> dict[str, Any]:
    return {name: int(row[name]) if name in _MONEY else row[name] for name in names}


def _columns(values: Sequence[object], names: Sequence[str]) -> list[list[Any]]:
    return [
        [Decimal(getattr(one, name)) if name in _MONEY else getattr(one, name) for one in values]
        for name in names
    ]
