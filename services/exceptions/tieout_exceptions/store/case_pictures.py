"""Filling a picture of cases with what outcomes touch, and writing what changed in it."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from tieout_contracts.outcomes import (
    MatchAccepted,
    MatchRejected,
    MatchRevoked,
    MatchSuggested,
    Outcome,
)
from tieout_exceptions.domain.cases.case_event import CaseEvent
from tieout_exceptions.domain.cases.picture import CasePicture
from tieout_exceptions.domain.cases.records import reference_of
from tieout_exceptions.domain.cases.views import read_fields, views_of
from tieout_exceptions.store import case_columns, case_rows
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_exceptions", "case_pictures.sql")
Key = TypeVar("Key")
Value = TypeVar("Value")
_MATCHES = (MatchAccepted, MatchSuggested, MatchRejected, MatchRevoked)


async def gather(connection: Connection, picture: CasePicture, outcomes: Sequence[Outcome]) -> None:
    """Load every case that these outcomes can touch, whole."""
    views = [view for one in outcomes for view in views_of(one)]
    numbers = {one.record_id for one in views}
    named = {reference_of(read_fields(one)) for one in views}
    references = {one for one in named if one is not None}
    match_ids = [one.match_id for one in outcomes if isinstance(one, _MATCHES)]
    organization_id = picture.book.organization_id
    known = await connection.fetch(_SQL["references"], organization_id, list(numbers))
    rows = await connection.fetch(
        _SQL["cases"],
        organization_id,
        list(numbers),
        list(references.union(row["reference"] for row in known)),
        match_ids,
        [str(one) for one in numbers],
    )
    for row in rows:
        picture.hold_case(case_rows.case_of(row))
    rows = await connection.fetch(
        _SQL["intents"], organization_id, list(numbers | picture.cases.keys())
    )
    picture.intents = {row["record_id"]: case_rows.intent_of(row) for row in rows}
    await load_evidence(connection, picture, numbers=numbers, references=references)
    new = {one.record_id for one in views if one.side == "B"} - picture.cases.keys()
    drawn = await connection.fetch(_SQL["case_ids"], len(new)) if new else []
    picture.next_case_id = iter([row["nextval"] for row in drawn]).__next__


async def load_evidence(
    connection: Connection,
    picture: CasePicture,
    *,
    numbers: Iterable[int] = (),
    references: Iterable[str] = (),
) -> None:
    """Load the matches of the picture's cases, and evidence: theirs and what is named."""
    organization_id = picture.book.organization_id
    for row in await connection.fetch(_SQL["matches"], organization_id, list(picture.cases)):
        picture.hold_match(case_rows.match_of(row))
    held = {member for match in picture.matches.values() for member in match.evidence}
    named = {one.external_reference for one in picture.cases.values()}
    rows = await connection.fetch(
        _SQL["evidence"], organization_id, list(held.union(numbers)), list(named.union(references))
    )
    for row in rows:
        picture.hold_evidence(case_rows.evidence_of(row, picture.book))


async def write(connection: Connection, picture: CasePicture) -> None:
    """Write what changed in a picture."""
    organization_id = picture.book.organization_id
    if picture.intents_changed:
        columns = case_columns.intent_columns(_sorted(picture.intents, picture.intents_changed))
        await connection.execute(_SQL["put_intents"], organization_id, *columns)
    if picture.cases_changed:
        columns = case_columns.case_columns(_sorted(picture.cases, picture.cases_changed))
        own = (organization_id, picture.book.reconciliation_id)
        await connection.execute(_SQL["put_cases"], *own, *columns)
    if picture.evidence_removed:
        await connection.execute(
            _SQL["remove_evidence"], organization_id, sorted(picture.evidence_removed)
        )
    if picture.evidence_changed:
        changed = _sorted(picture.evidence, picture.evidence_changed)
        columns = case_columns.evidence_columns(changed, picture.book)
        await connection.execute(_SQL["put_evidence"], organization_id, *columns)
    if picture.matches_removed:
        gone = zip(*sorted(picture.matches_removed), strict=True)
        await connection.execute(_SQL["remove_matches"], organization_id, *map(list, gone))
    if picture.matches_changed:
        columns = case_columns.match_columns(_sorted(picture.matches, picture.matches_changed))
        await connection.execute(_SQL["put_matches"], organization_id, *columns)
    await add_events(connection, organization_id, picture.events)


async def add_events(
    connection: Connection, organization_id: int, events: Sequence[CaseEvent]
) -> None:
    """Add to what happened to cases."""
    if events:
        columns = case_columns.event_columns(events)
        await connection.execute(_SQL["add_events"], organization_id, *columns)


def _sorted(values: dict[Key, Value], changed: Iterable[Key]) -> list[Value]:
    return [values[key] for key in sorted(changed)]  # type: ignore[type-var]  # numbers, or pairs
