from typing import Any

import pytest

from tieout_ingest.domain.profile import Profile, profile_from_json
from tieout_ingest.domain.refusals import JsonRefused


def test_no_profile_is_the_default_one() -> None:
    assert profile_from_json(None) == profile_from_json({}) == Profile()


def test_a_whole_profile_is_read() -> None:
    profile = profile_from_json(
        {
            "camt": {"records_from": "proprietary_balances"},
            "csv": {
                "delimiter": ";",
                "encoding": "windows-1252",
                "decimal_mark": ",",
                "thousands_mark": ".",
                "date_format": "DD.MM.YYYY",
                "columns": {"date": "Datum", "amount": "Betrag", "direction": "S/H"},
                "sign": {"rule": "direction"},
                "value_maps": {"direction": {"S": "debit", "H": "credit"}},
                "default_currency": "EUR",
            },
        }
    )

    assert profile.camt.records_from == "proprietary_balances"
    assert profile.csv.value_maps["direction"]["S"] == "debit"


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ([], "$"),
        ({"xml": {}}, "$"),
        ({"camt": {"records_from": "lines"}}, "$.camt.records_from"),
        ({"csv": {"decimal_mark": ";"}}, "$.csv.decimal_mark"),
        ({"csv": {"delimiter": ";;"}}, "$.csv.delimiter"),
        ({"csv": {"delimiter": ""}}, "$.csv.delimiter"),
        ({"csv": {"quote": ","}}, "$.csv.quote"),
        ({"csv": {"encoding": "klingon"}}, "$.csv.encoding"),
        ({"csv": {"encoding": "base64"}}, "$.csv.encoding"),
        ({"csv": {"thousands_mark": "."}}, "$.csv.thousands_mark"),
        ({"csv": {"skip_rows": -1}}, "$.csv.skip_rows"),
        ({"csv": {"date_format": "DD.MM"}}, "$.csv.date_format"),
        ({"csv": {"columns": {"date": "d"}}}, "$.csv.columns.amount"),
        ({"csv": {"columns": {"date": "d", "amount": 0}}}, "$.csv.columns.amount"),
        ({"csv": {"columns": {"date": "d", "amount": "a", "iban": "i"}}}, "$.csv.columns.iban"),
        ({"csv": {"header": False}}, "$.csv.columns"),
        ({"csv": {"header": False, "columns": {"date": "d", "amount": 2}}}, "$.csv.columns.date"),
        ({"csv": {"sign": {"rule": "guess"}}}, "$.csv.sign.rule"),
        ({"csv": {"value_maps": {"direction": {"S": "minus"}}}}, "$.csv.value_maps.direction.S"),
        ({"csv": {"value_maps": {"amount": {}}}}, "$.csv.value_maps.amount"),
        ({"csv": {"exponents": {"USDC": 19}}}, "$.csv.exponents.USDC"),
    ],
)
def test_a_wrong_profile_is_refused_with_its_path(document: Any, path: str) -> None:
    with pytest.raises(JsonRefused) as refused:
        profile_from_json(document)

    assert path in [problem.path for problem in refused.value.problems]
