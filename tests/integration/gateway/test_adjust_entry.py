"""Lerian's adjust-entry, as the gateway passes it on."""

from typing import Any

import pytest

from integration.gateway.conftest import Gateway
from integration.gateway.test_force_match import BREAK
from tieout_contracts.ids import Kind, uuid_of

PATH = f"/v1/exceptions/{uuid_of(Kind.BREAK, 71)}/adjust-entry"
INTERNAL = "/internal/breaks/71/adjust-entry"
# As Lerian's own documentation has it: the amount is a JSON number.
WRITTEN = (
    b'{"amount": %s, "currency": "usd", "effectiveAt": "2025-01-15T10:30:00Z",'
    b' "notes": "Correcting a fee", "reasonCode": "FEE_ADJUSTMENT"}'
)


async def adjust(gateway: Gateway, amount: bytes) -> Any:
    headers = {"content-type": "application/json"}
    return await gateway.ask("POST", PATH, content=WRITTEN % amount, headers=headers)


@pytest.mark.parametrize(
    ("written", "passed_on"),
    [
        (b"150.5", "150.5"),
        (b"-2", "-2"),
        (b'"-0.50"', "-0.50"),
        (b"0.10000000000000000555", "0.10000000000000000555"),
        (b"123456789012345678901234567890.12", "123456789012345678901234567890.12"),
        (b"1.5e3", "1500"),
        (b"2.5E-3", "0.0025"),
    ],
)
async def test_an_amount_is_passed_on_digit_for_digit(
    gateway: Gateway, written: bytes, passed_on: str
) -> None:
    told = BREAK | {"resolution_type": "ADJUST_ENTRY", "resolution_reason": "FEE_ADJUSTMENT"}
    gateway.exceptions.answer("POST", INTERNAL, told)

    answer = await adjust(gateway, written)

    assert answer.status_code == 200
    assert answer.json()["resolutionType"] == "ADJUST_ENTRY"
    assert gateway.exceptions.calls[0].json == {
        "amount": passed_on,
        "currency": "USD",
        "effective_at": "2025-01-15T10:30:00Z",
        "notes": "Correcting a fee",
        "reason_code": "FEE_ADJUSTMENT",
    }


@pytest.mark.parametrize(
    "written",
    [
        b"0", b"0.0", b'"-0.00"', b"true", b"null", b'"1,5"', b'"1e3"', b'""', b"[1]", b"1e100",
        b"1e-100", b'"' + b"9" * 61 + b'"', b'"\\u0661"',
    ],
)  # fmt: skip
async def test_what_is_no_amount_is_400(gateway: Gateway, written: bytes) -> None:
    answer = await adjust(gateway, written)

    assert (answer.status_code, answer.json()["code"]) == (400, "validation_failed")
    assert [error["path"] for error in answer.json()["errors"]] == ["$.amount"]
    assert gateway.exceptions.calls == []


async def test_what_the_matcher_refuses_is_422_with_its_code(gateway: Gateway) -> None:
    gateway.exceptions.refuse("POST", INTERNAL, 422, "amounts_differ")

    answer = await adjust(gateway, b"1")

    assert (answer.status_code, answer.json()["code"]) == (422, "amounts_differ")
    assert answer.json()["message"] == answer.json()["detail"]
