"""One break under the lock of its reconciliation: how every command on it begins and ends."""

from datetime import datetime

from tieout_exceptions.domain.breaks import WORKABLE, Break
from tieout_exceptions.domain.picture import Picture
from tieout_exceptions.domain.severity import SeverityScale
from tieout_exceptions.store import pictures, projections
from tieout_exceptions.store.breaks import find_break
from tieout_runtime.internal import check_version
from tieout_runtime.postgres import Connection
from tieout_runtime.problems import Problem, not_found


async def known_break(connection: Connection, *, organization_id: int, break_id: int) -> Break:
    """Load a break as it is read, without a lock; raises Problem 404."""
    found = await find_break(connection, organization_id=organization_id, break_id=break_id)
    if found is None:
        raise not_found("exception")
    return found


async def lock_break(
    connection: Connection, *, organization_id: int, break_id: int, expected_version: int | None
) -> tuple[Picture, Break]:
    """Lock the break's reconciliation, then load the break; raises Problem 404 or 412."""
    found = await known_break(connection, organization_id=organization_id, break_id=break_id)
    picture = await projections.lock_one(
        connection, organization_id=organization_id, reconciliation_id=found.reconciliation_id
    )
    await pictures.load_breaks(connection, picture, [found.record_id])
    current = picture.breaks[found.record_id]
    check_version(expected_version, current.version, "exception")
    return picture, current


async def keep_picture(
    connection: Connection, picture: Picture, scale: SeverityScale, *, at: datetime
) -> None:
    """Write what a command changed, and tell of it."""
    await pictures.write_rows(connection, picture, scale)
    await pictures.publish(connection, picture, at=at)
    await projections.advance(connection, [picture])


def require_workable(current: Break, *, to_be: str) -> None:
    """Raise Problem 422 unless a person may work on it."""
    if current.status not in WORKABLE:
        raise invalid_state(current, to_be=to_be)


def invalid_state(current: Break, *, to_be: str) -> Problem:
    return Problem(
        422, "exception_invalid_state", f"an exception that is {current.status} cannot be {to_be}"
    )
