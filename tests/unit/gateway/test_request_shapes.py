from typing import Any

import pytest
from pydantic import ValidationError

from tieout_contracts.ids import Kind, uuid_of
from tieout_gateway.shapes.lerian_exceptions import ForceMatch
from tieout_gateway.shapes.records import NewRecord


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": 12.5},
        {"amount": 12.0},
        {"amount": "1234"},
        {"amount": -1},
        {"amount": 10**38},
        {"amount": True},
        {"direction": "in"},
        {"date": 0},
        {"date": "05.01.2026"},
        {"date": "2026-02-30"},
        {"decimal_places": 19},
        {"decimal_places": 1.0},
        {"metadata": []},
        {"data_stream_key": "../streams"},
        {"amuont": 1},
    ],
)
def test_a_wrong_member_of_a_record_is_refused(wrong: dict[str, Any]) -> None:
    right = {"data_stream_key": "bank", "amount": 1, "direction": "credit", "date": "2026-01-05"}
    NewRecord.model_validate(right)

    with pytest.raises(ValidationError) as refused:
        NewRecord.model_validate(right | wrong)

    assert [error["loc"][0] for error in refused.value.errors()] == list(wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"notes": "   "},
        {"notes": ""},
        {"notes": "x" * 1001},
        {"notes": None},
        {"overrideReason": " \t"},
        {"overrideReason": "x" * 256},
        {"overrideReason": 5},
        {"override_reason": "by our own name"},
        {"counterpartRecordIds": [str(uuid_of(Kind.BREAK, 1))]},
        {"counterpartRecordIds": [0]},
        {"counterpartRecordIds": [True]},
        {"counterpartRecordIds": [501.5]},
        {"residualTreatment": "gift"},
    ],
)
def test_a_wrong_force_match_is_refused(wrong: dict[str, Any]) -> None:
    right = {"notes": "x" * 1000, "overrideReason": "y" * 255}
    ForceMatch.model_validate(right)

    with pytest.raises(ValidationError):
        ForceMatch.model_validate(right | wrong)


def test_counterparts_are_named_by_their_transaction_ids() -> None:
    forced = ForceMatch.model_validate(
        {
            "notes": "n",
            "overrideReason": "BUSINESS_DECISION",
            "counterpartRecordIds": [str(uuid_of(Kind.RECORD, 501))],
        }
    )

    assert forced.counterpart_record_ids == [501]
