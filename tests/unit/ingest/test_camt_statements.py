from decimal import Decimal

import pytest

from tieout_ingest.domain.drafts import Record
from unit.ingest.camt_files import balance, camt, entry
from unit.ingest.conftest import ReadFile

OPENING, CLOSING = balance("OPBD", "100"), balance("CLBD", "107.5")


@pytest.mark.parametrize(
    ("entries", "check"),
    [
        ([entry("7.5")], "ties"),
        ([entry("7.50000")], "ties"),
        ([entry("10"), entry("2.5", direction="DBIT")], "ties"),
        ([entry("7.5"), entry("9", status="<Sts>PDNG</Sts>")], "ties"),
        ([entry("7.5"), entry("9", status="<Sts>INFO</Sts>")], "ties"),
        ([entry("7.5"), entry("x")], "ties"),
        ([entry("7.51")], "differs by 0.01"),
        ([], "differs by -7.5"),
        ([entry("7.5"), entry("1", currency="USD")], "not stated"),
    ],
)
def test_opening_and_booked_entries_give_the_closing_balance_or_not(
    read_file: ReadFile, entries: list[str], check: str
) -> None:
    surveyed, _ = read_file(camt(*entries, balances=OPENING + CLOSING))

    assert {one.balance_check for one in surveyed.statements} == {check}


@pytest.mark.parametrize("balances", ["", OPENING, CLOSING, balance("ITBD", "1")])
def test_a_missing_balance_leaves_the_check_not_stated(read_file: ReadFile, balances: str) -> None:
    surveyed, _ = read_file(camt(entry(), balances=balances))

    assert [one.balance_check for one in surveyed.statements] == ["not stated"]


def test_each_currency_of_a_statement_is_summed_by_itself(read_file: ReadFile) -> None:
    surveyed, _ = read_file(camt(entry("1"), entry("2", currency="USD"), entry("4")))

    assert [(one.currency, one.entries, one.sum_credits) for one in surveyed.statements] == [
        ("EUR", 2, Decimal(5)), ("USD", 1, Decimal(2)),
    ]  # fmt: skip


def test_sums_never_round(read_file: ReadFile) -> None:
    large, small = "9" * 38, "0.000000000000000001"

    surveyed, _ = read_file(camt(entry(large), entry(small)))

    assert surveyed.statements[0].sum_credits == Decimal(f"{large}.000000000000000001")


MOVEMENT = (
    "<Bal><Tp><CdOrPrtry><Prtry>DEUTDEFFXXX</Prtry></CdOrPrtry><SubTp><Prtry>SUB-1</Prtry></SubTp>"
    '</Tp><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>2024-05-01</Dt></Dt>'
    "</Bal>"
)
REPORT = camt(
    balances=balance("OPAV", "100")
    + MOVEMENT.format(amount="12.5", sign="CRDT")
    + MOVEMENT.format(amount=".5", sign="DBIT")
    + balance("INFO", "112")
)


def test_a_settlement_report_gives_a_record_for_each_proprietary_balance(
    read_file: ReadFile,
) -> None:
    profile = {"camt": {"records_from": "proprietary_balances"}}

    surveyed, outcomes = read_file(REPORT, profile=profile)

    made = [one for one in outcomes if isinstance(one, Record)]
    assert [one.fields.signed_minor for one in made] == [1250, -50]
    assert len({one.identity for one in made}) == 2
    fields = made[0].fields
    assert (fields.counterparty, fields.date.isoformat()) == ("DEUTDEFFXXX", "2024-05-01")
    assert fields.metadata["counterparty_bic"] == "DEUTDEFFXXX"
    assert (fields.metadata["account"], fields.metadata["date_source"]) == ("SUB-1", "Bal/Dt")
    report = surveyed.statements[0]
    assert (report.opening, report.closing, report.balance_check) == (100, 112, "ties")


def test_a_settlement_report_read_as_entries_says_what_is_missing(read_file: ReadFile) -> None:
    surveyed, outcomes = read_file(REPORT)

    assert outcomes == []
    assert [one.code for one in surveyed.warnings] == ["balances_not_loaded"]


def test_entries_beside_proprietary_balances_are_not_left_out_silently(
    read_file: ReadFile,
) -> None:
    profile = {"camt": {"records_from": "proprietary_balances"}}

    surveyed, outcomes = read_file(camt(entry()), profile=profile)

    assert outcomes == []
    assert [one.code for one in surveyed.warnings] == ["entries_not_loaded"]
