"""Events in: outcomes of the matcher, and the configuration that other services own."""

from collections import defaultdict
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

import msgspec
import structlog
from aiokafka import ConsumerRecord

from tieout_contracts.audit_events import AuditNoted
from tieout_contracts.config_events import ConfigMessage, ReconciliationConfig, StreamConfig
from tieout_contracts.outcomes import Outcome
from tieout_contracts.tracing import TRACEPARENT, common
from tieout_exceptions.domain.cases.following import follow
from tieout_exceptions.domain.cases.judgement import CaseScale
from tieout_exceptions.domain.cases.picture import CasePicture
from tieout_exceptions.domain.cases.telling import tell_cases
from tieout_exceptions.domain.cases.views import read_fields, views_of
from tieout_exceptions.domain.outcomes import STORING, Applicable, read_outcome
from tieout_exceptions.domain.picture import Picture
from tieout_exceptions.domain.projection import apply_outcome
from tieout_exceptions.domain.sequence import in_order
from tieout_exceptions.domain.severity import SeverityScale
from tieout_exceptions.store import audit, case_books, case_pictures, known, pictures, projections
from tieout_exceptions.store.projections import Holdings, Parked
from tieout_runtime.intake import Refusals
from tieout_runtime.logs import traced
from tieout_runtime.postgres import Connection

_log = structlog.get_logger(__name__)
_decode_audit = msgspec.json.Decoder(AuditNoted).decode
_decode_outcome = msgspec.json.Decoder(Outcome).decode
_decode_config = msgspec.json.Decoder(ConfigMessage).decode


class Delivery(msgspec.Struct, frozen=True, gc=False):
    """An outcome as its headers announce it; the value is read only where something needs it."""

    organization_id: int
    reconciliation_id: int
    seq: int
    type: bytes
    value: bytes
    traceparent: bytes | None = None


def announce(record: ConsumerRecord) -> None:
    """Put what the headers announce in their place, if they announce an outcome."""
    try:
        record.headers = read_delivery(record)
    except ValueError:
        return  # what decodes it says why it cannot


def read_delivery(record: ConsumerRecord) -> Delivery:
    """Read the headers of an outcome; raises ValueError when they do not announce one."""
    if isinstance(record.headers, Delivery):
        return record.headers
    headers = dict(record.headers)
    try:
        reconciliation, seq = headers["ce_id"].split(b":")
        numbers = int(headers["organization"]), int(reconciliation), int(seq)
        kind = headers["ce_type"]
    except KeyError as error:
        raise ValueError(f"the header {error} is missing") from error
    except (AttributeError, TypeError) as error:
        raise ValueError("a header that names the outcome has no value") from error
    return Delivery(*numbers, kind, record.value, headers.get(TRACEPARENT))


def read_config(record: ConsumerRecord) -> StreamConfig | ReconciliationConfig:
    """Read a message of the config topic; raises msgspec.MsgspecError."""
    message: StreamConfig | ReconciliationConfig = _decode_config(record.value)
    return message


async def on_config(
    connection: Connection, messages: Sequence[StreamConfig | ReconciliationConfig]
) -> Refusals:
    """Take over streams and reconciliations that are newer than what is known."""
    await known.put_streams(connection, [one for one in messages if isinstance(one, StreamConfig)])
    for message in messages:
        if isinstance(message, ReconciliationConfig):
            await known.put_reconciliation(connection, message)
    return {}


def read_audit(record: ConsumerRecord) -> AuditNoted:
    """Read a message of the audit topic; raises msgspec.MsgspecError."""
    return _decode_audit(record.value)


async def on_audit(connection: Connection, messages: Sequence[AuditNoted]) -> Refusals:
    """Append changes to the chain of their organisation, each once, in the order they come."""
    await audit.append(connection, messages)
    return {}


@dataclass(frozen=True, kw_only=True)
class Outcomes:
    """Keeps the projection: each outcome once, in the order of its reconciliation's numbers."""

    scale: SeverityScale
    case_scale: CaseScale = field(default_factory=CaseScale)

    async def on_outcomes(self, connection: Connection, deliveries: Sequence[Delivery]) -> Refusals:
        """Apply what is next; park what comes after a gap; refuse what cannot be read."""
        arrived: dict[projections.Key, dict[int, int]] = defaultdict(dict)
        for index, one in enumerate(deliveries):
            arrived[one.organization_id, one.reconciliation_id].setdefault(one.seq, index)
        locked = await projections.lock(connection, arrived)
        held = await projections.holdings(connection, list(locked))
        refused: dict[int, str] = {}
        for key, picture in locked.items():
            fresh = {
                seq: deliveries[index]
                for seq, index in arrived[key].items()
                if seq > picture.applied_seq
            }
            if fresh:
                unreadable = await self._take(connection, picture, held[key], fresh)
                refused |= {arrived[key][seq]: reason for seq, reason in unreadable.items()}
        await projections.advance(connection, locked.values())
        return refused

    async def _take(
        self,
        connection: Connection,
        picture: Picture,
        held: Holdings,
        fresh: dict[int, Delivery],
    ) -> dict[int, str]:
        """Bring one reconciliation forward; returns why numbers could not be read."""
        if held.parks and picture.applied_seq + 1 in fresh:
            waited = await projections.parked(connection, picture)
            fresh = {one.seq: _delivery(picture, one) for one in waited} | fresh
        gapless = max(fresh) == picture.applied_seq + len(fresh)
        outcomes: dict[int, Applicable] = {}
        unreadable: dict[int, str] = {}
        if held.anything or not gapless or _any_storing(fresh):
            outcomes, unreadable = _read(fresh)
        told: dict[int, Outcome] = {}
        if held.makes_cases:
            told, untold = _read_whole(
                {seq: fresh[seq] for seq in fresh.keys() - unreadable.keys()}
            )
            unreadable |= untold
        order = in_order(applied_seq=picture.applied_seq, numbers=fresh.keys() - unreadable.keys())
        turn = range(picture.applied_seq + 1, order.last + 1)
        in_turn = [outcomes[seq] for seq in turn if seq in outcomes]
        await self._apply(connection, picture, held, in_turn)
        of_cases = [told[seq] for seq in turn if seq in told]
        await self._follow(connection, picture, of_cases)
        if picture.events:
            with traced(_trace_of(fresh, outcomes.keys() | told.keys(), turn)):
                await pictures.publish(connection, picture, at=(of_cases or in_turn)[-1].at)
        picture.applied_seq = order.last
        if order.waiting:
            await _park(
                connection, picture, [fresh[seq] for seq in order.waiting], known_gap=held.parks
            )
        if held.parks:
            await projections.unpark(connection, picture)
        return unreadable

    async def _apply(
        self,
        connection: Connection,
        picture: Picture,
        held: Holdings,
        outcomes: Sequence[Applicable],
    ) -> None:
        if not outcomes:
            return
        await pictures.gather(connection, picture, outcomes, held)
        for outcome in outcomes:
            apply_outcome(picture, outcome, self.scale)
        await pictures.write_rows(connection, picture, self.scale)

    async def _follow(
        self, connection: Connection, picture: Picture, outcomes: Sequence[Outcome]
    ) -> None:
        """Bring the cases forward that these outcomes are about."""
        if not outcomes:
            return
        book = await case_books.find_book(connection, picture.organization_id)
        if book is None:
            raise LookupError(f"organization {picture.organization_id} has no book of cases")
        cases = CasePicture(book=book)
        await case_pictures.gather(connection, cases, outcomes)
        for outcome in outcomes:
            follow(cases, outcome, self.case_scale)
        await case_pictures.write(connection, cases)
        tell_cases(picture, cases.changes, by="system")


def _trace_of(fresh: dict[int, Delivery], seqs: AbstractSet[int], turn: range) -> str | None:
    """Return the trace of what outcomes with an effect here cause, if it is the trace of each."""
    return common(fresh[seq].traceparent for seq in turn if seq in seqs)


def _any_storing(fresh: dict[int, Delivery]) -> bool:
    return any(one.type in STORING for one in fresh.values())


def _read(fresh: dict[int, Delivery]) -> tuple[dict[int, Applicable], dict[int, str]]:
    """Read values: those with an effect here by number, and why others cannot be read."""
    outcomes: dict[int, Applicable] = {}
    unreadable: dict[int, str] = {}
    for seq, one in fresh.items():
        try:
            outcome = read_outcome(
                one.type,
                one.value,
                organization_id=one.organization_id,
                reconciliation_id=one.reconciliation_id,
                seq=seq,
            )
        except (msgspec.MsgspecError, ValueError) as error:
            unreadable[seq] = f"outcome {seq} of {one.reconciliation_id} is not readable: {error}"
            continue
        if outcome is not None:
            outcomes[seq] = outcome
    return outcomes, unreadable


def _read_whole(fresh: dict[int, Delivery]) -> tuple[dict[int, Outcome], dict[int, str]]:
    """Read outcomes that make cases, by number, and why others cannot be read."""
    outcomes: dict[int, Outcome] = {}
    unreadable: dict[int, str] = {}
    for seq, one in fresh.items():
        try:
            outcome: Outcome = _decode_outcome(one.value)
            for view in views_of(outcome):
                read_fields(view)
        except (msgspec.MsgspecError, ValueError) as error:
            unreadable[seq] = f"outcome {seq} of {one.reconciliation_id} is not readable: {error}"
            continue
        outcomes[seq] = outcome
    return outcomes, unreadable


def _delivery(picture: Picture, parked: Parked) -> Delivery:
    return Delivery(
        picture.organization_id, picture.reconciliation_id, parked.seq, parked.type, parked.value
    )


async def _park(
    connection: Connection, picture: Picture, waiting: Sequence[Delivery], *, known_gap: bool
) -> None:
    """Keep what came too early; a gap that is new is an alarm."""
    parked = [Parked(seq=one.seq, type=one.type, value=one.value) for one in waiting]
    await projections.park(connection, picture, parked)
    if not known_gap:
        _log.error(
            "outcomes_missing",
            organization_id=picture.organization_id,
            reconciliation_id=picture.reconciliation_id,
            from_seq=picture.applied_seq + 1,
            to_seq=waiting[0].seq - 1,
        )
