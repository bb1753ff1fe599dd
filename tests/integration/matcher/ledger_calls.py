"""A ledger with a run, driven through the routes; its files are the stand-in's."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from integration.matcher.service import Service
from integration.matcher.world import Key, World
from tieout_contracts.record import Side
from unit.matcher.builders import ORGANIZATION, a_record, some_fields

OK, CREATED, CONFLICT = 200, 201, 409


@dataclass(frozen=True, kw_only=True)
class LedgerCalls:
    world: World
    service: Service
    key: Key
    run: int

    async def post(self, path: str, **given: Any) -> Any:
        answer = await self.service.call("POST", path, **given)
        assert answer.is_success, answer.text
        return answer.json()

    async def another_run(self, **given: Any) -> "LedgerCalls":
        body = {"ledger_id": self.key[1], **given}
        run = await self.post("/ledger_runs", json=body)
        return LedgerCalls(world=self.world, service=self.service, key=self.key, run=run["id"])

    async def arrive(self, side: Side, *amounts: tuple[int, str]) -> None:
        """Have records (number, amount) arrive."""
        await self.world.deliver([
            a_record(number, side, some_fields(amount), reconciliation_id=self.key[1])
            for number, amount in amounts
        ])  # fmt: skip

    async def bring(self, file_id: int, *amounts: tuple[int, str]) -> None:
        """Have a file of these records arrive whole, and taken."""
        await self.arrive("A", *amounts)
        self.announce(file_id, [number for number, _ in amounts])
        assert await self.take(file_id) == 0

    def announce(self, file_id: int, records: Sequence[int], status: str = "completed") -> None:
        self.service.files[file_id] = {
            "run_id": self.run, "status": status, "record_ids": list(records)}  # fmt: skip

    async def take(self, file_id: int) -> int:
        told = await self.post(f"/ledger_runs/{self.run}/files/{file_id}")
        return int(told["waiting"])

    async def items(self, **params: Any) -> dict[int, Any]:
        page = await self.service.get(f"/ledger_runs/{self.run}/items", params=params)
        return {one["record_id"]: one for one in page["data"]}

    async def auto_match(self, **given: Any) -> Any:
        return await self.service.call("POST", f"/ledger_runs/{self.run}/auto_match", **given)

    async def matches(self) -> list[Any]:
        page = await self.service.get(f"/ledger_runs/{self.run}/matches")
        return list(page["data"])


async def open_ledger(world: World, service: Service, **run: Any) -> LedgerCalls:
    answer = await service.call("POST", "/ledgers", json={"name": "Main"})
    assert answer.status_code == CREATED, answer.text
    await world.rekey()
    key = (ORGANIZATION, answer.json()["id"])
    first = LedgerCalls(world=world, service=service, key=key, run=0)
    return await first.another_run(**run)
