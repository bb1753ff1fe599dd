"""Does what must hold, hold? All checks on one snapshot, again until the system is quiet."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from tieout_ops.auditor import open_auditor
from tieout_ops.verify_checks import SEEN, Check, checks
from tieout_runtime.postgres import Connection

SHOWN = 20
PENDING_LIMIT = timedelta(minutes=10)
_AGAIN_S = 0.5


@dataclass(frozen=True, kw_only=True)
class Violation:
    place: str
    wrong: str


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One check and its first violations, `SHOWN` of them at most."""

    check: Check
    violations: Sequence[Violation]

    @property
    def holds(self) -> bool:
        return not self.violations


@dataclass(frozen=True, kw_only=True)
class Report:
    """`seen` says how much there was to look at: an empty database passes everything."""

    findings: Sequence[Finding]
    seen: Mapping[str, int]

    @property
    def holds(self) -> bool:
        return all(one.holds for one in self.findings)

    @property
    def may_settle(self) -> bool:
        """Whether waiting may help: only checks that hold once quiet are violated."""
        return all(one.holds or one.check.once_quiet for one in self.findings)


async def verify(
    url: str,
    *,
    role_password: str,
    wait: timedelta = timedelta(0),
    pending_limit: timedelta = PENDING_LIMIT,
) -> Report:
    """Check the database of `url`; look again for as long as `wait` while events may be under way.

    What is answered is one look with every check on one snapshot. Between two such looks only
    what was violated is asked, until it holds: waiting costs the database little.

    Raises what asyncpg raises when the auditor cannot connect.
    """
    wanted = checks(pending_limit=pending_limit)
    clock = asyncio.get_running_loop().time
    until_s = clock() + wait.total_seconds()
    async with open_auditor(url, role_password=role_password) as connection:
        while True:
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                report = await look(connection, wanted)
            if report.holds or not report.may_settle or clock() >= until_s:
                return report
            unsettled = [one.check for one in report.findings if not one.holds]
            await _settle(connection, unsettled, until_s=until_s)


async def look(connection: Connection, wanted: Sequence[Check]) -> Report:
    """Make the checks once, in the caller's transaction: their snapshot."""
    findings = [await find_violations(connection, one) for one in wanted]
    return Report(findings=findings, seen=dict(await connection.fetchrow(SEEN)))


async def _settle(connection: Connection, unsettled: Sequence[Check], *, until_s: float) -> None:
    """Wait until these hold, no longer than until then by the loop's clock."""
    clock, settled = asyncio.get_running_loop().time, False
    while not settled and clock() < until_s:
        await asyncio.sleep(_AGAIN_S)
        settled = await _all_hold(connection, unsettled)


async def _all_hold(connection: Connection, unsettled: Sequence[Check]) -> bool:
    """Ask up to the first that is violated, from the last: what is told last settles last."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        for check in reversed(unsettled):
            if not (await find_violations(connection, check)).holds:
                return False
    return True


async def find_violations(connection: Connection, check: Check) -> Finding:
    """Make one check in the caller's transaction."""
    cursor = await connection.cursor(check.query, *check.arguments)
    rows = await cursor.fetch(SHOWN)
    violations = [Violation(place=row["place"], wrong=row["wrong"]) for row in rows]
    return Finding(check=check, violations=violations)
