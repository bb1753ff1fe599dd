"""Matches that hold intents: kept while they do, and records that are no more."""

from dataclasses import replace
from datetime import datetime

from tieout_contracts.ids import Kind, uuid_of
from tieout_contracts.outcomes import (
    EntryWithdrawn,
    MatchAccepted,
    MatchRejected,
    MatchRevoked,
    MatchSuggested,
)
from tieout_exceptions.domain.cases.meeting import meet_intent
from tieout_exceptions.domain.cases.picture import CasePicture
from tieout_exceptions.domain.cases.values import Case, CaseMatch
from tieout_exceptions.domain.cases.views import read_fields


def hold(picture: CasePicture, outcome: MatchAccepted | MatchSuggested) -> set[int]:
    """Keep a match for each intent in it."""
    intents = [one for one in outcome.members if one.side == "B"]
    evidence = {one.record_id: one.allocated_minor for one in outcome.members if one.side == "A"}
    accepted = isinstance(outcome, MatchAccepted)
    for view in intents:
        whole = picture.intents[view.record_id].fields.amount_minor
        picture.put_match(
            CaseMatch(
                record_id=view.record_id,
                match_id=outcome.match_id,
                status="accepted" if accepted else "suggested",
                kind=outcome.kind,
                doubt=None if isinstance(outcome, MatchAccepted) else outcome.doubt,
                score=outcome.score,
                rule_id=outcome.rule_id,
                rule_version=outcome.rule_version,
                own_minor=int(view.allocated_minor or whole),
                intents=len(intents),
                evidence=evidence,
                adjustments=tuple(outcome.adjustments),
                decided_at=outcome.at,
            )
        )
        picture.tell(
            view.record_id,
            "match.accepted" if accepted else "match.suggested",
            f"{len(evidence)} pieces of evidence were matched ({outcome.kind})"
            if accepted
            else "A match is suggested and waits for a decision",
            at=outcome.at,
            matchId=str(uuid_of(Kind.MATCH, outcome.match_id)),
            kind=outcome.kind,
        )
    return {one.record_id for one in intents}


def release(picture: CasePicture, outcome: MatchRejected | MatchRevoked) -> set[int]:
    revoked = isinstance(outcome, MatchRevoked)
    released = picture.take_match(outcome.match_id)
    for record_id in sorted(released):
        picture.tell(
            record_id,
            "match.revoked" if revoked else "match.rejected",
            outcome.reason or "The match holds no more",
            at=outcome.at,
            matchId=str(uuid_of(Kind.MATCH, outcome.match_id)),
        )
    return released


def withdraw(picture: CasePicture, outcome: EntryWithdrawn) -> set[int]:
    """Forget evidence that is no more; the case of an intent that is no more is archived."""
    record_id, message = outcome.entry.record_id, outcome.reason or "The record is no more"
    if outcome.entry.side == "A":
        touched = set(picture.cases_of_evidence(record_id))
        picture.take_evidence(record_id)
        for number in sorted(touched):
            picture.tell(
                number, "evidence.withdrawn", message, at=outcome.at, raw_record_id=record_id
            )
        return touched
    meet_intent(picture, outcome.entry, read_fields(outcome.entry), at=outcome.at)
    case = picture.cases[record_id]
    if not case.withdrawn:
        picture.put_case(changed(case, at=outcome.at, withdrawn=True, status="archived"))
        picture.tell(record_id, "intent.withdrawn", message, at=outcome.at)
    return {record_id}


def changed(case: Case, *, at: datetime, **members: object) -> Case:
    """Make the next version of a case."""
    return replace(case, updated_at=at, version=case.version + 1, **members)  # type: ignore[arg-type]  # members of Case
