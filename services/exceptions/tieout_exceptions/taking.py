"""What the intakes of intents and of evidence share.

What ingest took is found by its identity, so every step may be done again; the caller's key is
looked up before anything happens, and kept with the answer.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from tieout_contracts.money import MoneyError
from tieout_exceptions.domain.cases.stated_money import Money
from tieout_exceptions.owners import Ingest
from tieout_runtime import idempotency
from tieout_runtime.idempotency import Answer, Claim
from tieout_runtime.postgres import Pool, tenant_transaction
from tieout_runtime.problems import Problem, invalid

Json = dict[str, Any]
CREATED, OK = 201, 200
_CONFLICT = "external_id_conflict"


async def once(
    pool: Pool, claim: Claim, *, at: datetime, execute: Callable[[], Awaitable[Answer]]
) -> Answer:
    """Execute unless an equal request was answered; what is executed is harmless twice."""
    async with tenant_transaction(pool, organization_id=claim.organization_id) as connection:
        earlier = await idempotency.find(connection, claim, at=at)
    if isinstance(earlier, Answer):
        return earlier
    answer = await execute()

    async def made() -> Answer:
        return answer

    async with tenant_transaction(pool, organization_id=claim.organization_id) as connection:
        return await idempotency.once(connection, claim, at=at, execute=made)


async def add_record(
    ingest: Ingest, claim: Claim, document: Json, *, what: str
) -> tuple[bool, Json]:
    """Have ingest take a record: whether it is new, and the record; other money is Problem 409."""
    try:
        return await ingest.add_record(
            document, organization_id=claim.organization_id, account_id=claim.account_id
        )
    except Problem as problem:
        if problem.code != _CONFLICT:
            raise
        raise Problem(409, "conflict", f"this {what} was told with other money") from problem


def check_money(stated: Mapping[str, Money]) -> None:
    """Raise Problem 422 with the path of the first amount that cannot be read exactly."""
    for path, money in stated.items():
        try:
            minor = money.minor
        except MoneyError as error:
            raise invalid(path, str(error), code=error.code) from error
        if minor < 0:
            raise invalid(path, "is negative; an amount has no sign, direction gives it")
