"""Payments as ReconLayer's callers see them."""

from typing import Any

from fixtures.public_api import PublicApi, until

Json = dict[str, Any]
CASES = "/v1/reconciliation-cases"


class Payments:
    """One organisation's payments; a case is read by its reference."""

    def __init__(self, api: PublicApi) -> None:
        self.api = api
        self.refs = 0

    async def intent(self, reference: str, amount: str = "100.00", **members: Any) -> Json:
        body = {
            "externalReference": reference,
            "destination": {"amount": amount, "currency": "EUR"},
            "paymentType": "bank",
            "beneficiaryName": "Acme",
        }
        told: Json = await self.api.post("/v1/payment-intents", body | members)
        return told

    async def evidence(
        self, reference: str, amount: str, kind: str = "bank", **members: Any
    ) -> Json:
        self.refs += 1
        body = {
            "sourceRef": f"ref-{self.refs}",
            "externalReference": reference,
            "amount": amount,
            "currency": "EUR",
        }
        told: Json = await self.api.post(f"/v1/evidence/{kind}", body | members)
        return told

    async def case(self, reference: str) -> Json:
        items = (await self.api.get(CASES, externalReference=reference))["items"]
        return items[0]["case"] if items else {}

    async def becomes(self, reference: str, **members: Any) -> Json:
        """Wait until the case shows these members; the case then."""

        def holds(case: Json) -> bool:
            return all(case.get(name) == value for name, value in members.items())

        return await until(lambda: self.case(reference), holds)
