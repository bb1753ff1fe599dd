"""Internal HTTP: resolving a break by adjusting its entry."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from tieout_contracts.ids import MAX_ID
from tieout_exceptions.domain.orders import Adjusting, Order
from tieout_exceptions.routes.breaks import MAX_COUNTERPARTS
from tieout_exceptions.routes.requests import FilledText, FromCaller, Id, WithParts
from tieout_runtime.internal import IfMatch, expected_version, json_response

router = APIRouter(prefix="/internal/breaks/{break_id}")


def _not_zero(amount: str) -> str:
    if not amount.strip("-0."):
        raise ValueError("must not be zero")
    return amount


class AdjustBody(BaseModel):
    """`amount` is a plain signed decimal in major units, not zero."""

    model_config = ConfigDict(extra="forbid")

    notes: FilledText = Field(max_length=1000)
    reason_code: FilledText = Field(max_length=255)
    amount: Annotated[str, AfterValidator(_not_zero)] = Field(
        pattern=r"^-?[0-9]+(\.[0-9]+)?$", max_length=60
    )
    currency: str = Field(pattern=r"^[A-Z0-9][A-Z0-9.]{2,11}$")
    effective_at: AwareDatetime | None = None
    counterpart_record_ids: list[Annotated[int, Field(ge=1, le=MAX_ID)]] | None = Field(
        default=None, max_length=MAX_COUNTERPARTS
    )

    @property
    def counterparts(self) -> tuple[int, ...] | None:
        named = self.counterpart_record_ids
        return None if named is None else tuple(dict.fromkeys(named))


@router.post("/adjust-entry")
async def adjust_entry(
    break_id: Id,
    body: AdjustBody,
    request: Request,
    caller: FromCaller,
    parts: WithParts,
    if_match: IfMatch = None,
) -> Response:
    order = Order(
        break_id=break_id,
        notes=body.notes,
        override_reason=body.reason_code,
        counterpart_record_ids=body.counterparts,
        adjusting=Adjusting(
            amount=body.amount, currency=body.currency, effective_at=body.effective_at
        ),
        expected_version=expected_version(if_match),
    )
    claim = caller.claim(request, body.model_dump(mode="json"))
    answer = await parts.force_match.request(parts.begin(caller.organization_id), claim, order)
    return json_response(answer)
