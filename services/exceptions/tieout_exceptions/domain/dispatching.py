"""A break told to an external system, and what that system says of it. Source: api.md, Lerian."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from tieout_exceptions.domain.breaks import WORKABLE, Break, assigned

TargetSystem = Literal["JIRA", "SERVICENOW", "WEBHOOK", "MANUAL"]


@dataclass(frozen=True, kw_only=True)
class Dispatch:
    """`queue` is whose it is to be there, as the external system calls them."""

    target_system: TargetSystem
    queue: str | None = None

    @property
    def said(self) -> str:
        """Write what is kept of it among the break's comments."""
        return f"Dispatched to {self.target_system}" + (
            f", queue {self.queue}" if self.queue else ""
        )


@dataclass(frozen=True, kw_only=True)
class Callback:
    """What an external system says of its issue; times know their offset.

    `of_dispatch`: it is the answer to a dispatch, and says nothing once another system has it.
    """

    external_system: str
    external_issue_id: str
    status: str
    assignee: str | None = None
    resolution_notes: str | None = None
    due_at: datetime | None = None
    updated_at: datetime | None = None
    of_dispatch: bool = False

    def concerns(self, current: Break) -> bool:
        return not self.of_dispatch or current.external_system == self.external_system

    @property
    def said(self) -> str:
        """Write all of it as a comment: the same callback gives the same text."""
        named = {
            "assignee": self.assignee,
            "due": _written(self.due_at),
            "updated": _written(self.updated_at),
        }
        more = "".join(f"; {name} {value}" for name, value in named.items() if value)
        first = f"{self.external_system} {self.external_issue_id}: {self.status}{more}"
        return f"{first}\n{self.resolution_notes}" if self.resolution_notes else first


def dispatched(current: Break, dispatch: Dispatch, *, at: datetime) -> Break:
    """Make it the external system's; the issue it has there stays, another system's goes.

    Each dispatch is a new version: the system is told again.
    """
    stays = current.external_system == dispatch.target_system
    return replace(
        current,
        external_system=dispatch.target_system,
        external_issue_id=current.external_issue_id if stays else None,
        updated_at=at,
        version=current.version + 1,
    )


def called_back(current: Break, callback: Callback, *, at: datetime) -> Break:
    """Take over the issue, and the assignee of a break that is open or assigned.

    The last callback is right about the issue. Its status is only told: a break resolves by a
    match. The same callback again changes nothing.
    """
    known = replace(
        current,
        external_system=callback.external_system,
        external_issue_id=callback.external_issue_id,
    )
    if callback.assignee is None or current.status not in WORKABLE:
        return known
    return assigned(known, callback.assignee, at=at)


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
