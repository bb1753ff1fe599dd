import json
from datetime import date
from decimal import Decimal

import pytest

from tieout_ingest.domain.drafts import Record
from tieout_ingest.domain.refusals import Rejection
from unit.ingest.camt_files import balance, camt, detail, entry
from unit.ingest.conftest import Outcome, ReadFile


def records(outcomes: list[Outcome]) -> list[Record]:
    assert all(isinstance(one, Record) for one in outcomes), outcomes
    return [one for one in outcomes if isinstance(one, Record)]


def test_an_entry_without_details_is_one_record(read_file: ReadFile) -> None:
    _, outcomes = read_file(camt(entry("12.5", direction="DBIT")))

    fields = records(outcomes)[0].fields
    assert (fields.signed_minor, fields.currency, fields.status) == (-1250, "EUR", "posted")
    assert (fields.date, fields.value_date) == (date(2024, 5, 2), date(2024, 5, 2))
    assert fields.metadata["date_source"] == "BookgDt"


def test_one_detail_leaves_the_entrys_amount_and_tells_its_own(read_file: ReadFile) -> None:
    _, outcomes = read_file(camt(entry("10.00", details=detail("9.00", currency="USD"))))

    fields = records(outcomes)[0].fields
    assert (fields.amount_minor, fields.currency) == ("1000", "EUR")
    assert fields.metadata["amounts"] == {"detail": {"amount": "9.00", "currency": "USD"}}


def test_details_that_state_amounts_are_a_record_each(read_file: ReadFile) -> None:
    details = (
        detail("30.00", more="<Refs><TxId>T1</TxId></Refs>")
        + detail("25.00", more="<CdtDbtInd>DBIT</CdtDbtInd><Refs><TxId>T2</TxId></Refs>")
        + detail(more='<AmtDtls><TxAmt><Amt Ccy="EUR">5</Amt></TxAmt></AmtDtls>')
    )

    _, outcomes = read_file(camt(entry("10.00", details=details)))

    made = records(outcomes)
    assert [one.fields.signed_minor for one in made] == [3000, -2500, 500]
    assert [one.fields.reference for one in made] == ["T1", "T2", None]
    assert len({one.identity for one in made}) == 3
    raws = [json.loads(one.raw_json) for one in made]
    assert ["entry" in raw for raw in raws] == [True, False, False]
    assert all(len(raw["details"]) == 1 for raw in raws)


@pytest.mark.parametrize(
    "details",
    [detail("5") + detail("5", currency="USD"), detail("10") + detail(), detail() + detail()],
)
def test_details_without_the_entrys_currency_stay_one_record_and_warn(
    read_file: ReadFile, details: str
) -> None:
    surveyed, outcomes = read_file(camt(entry("10.00", details=details)))

    fields = records(outcomes)[0].fields
    assert fields.amount_minor == "1000"
    assert fields.metadata["detail_count"] == 2
    assert [one.code for one in surveyed.warnings] == ["details_not_split"]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("", "posted"), ("<Sts>BOOK</Sts>", "posted"), ("<Sts><Cd>PDNG</Cd></Sts>", "pending"),
        ("<Sts>INFO</Sts>", "informational"),
    ],
)  # fmt: skip
def test_the_status_is_read_in_both_notations(
    read_file: ReadFile, status: str, expected: str
) -> None:
    surveyed, outcomes = read_file(
        camt(entry(status=status), balances=balance("OPBD", "0") + balance("CLBD", "0"))
    )

    assert records(outcomes)[0].fields.status == expected
    booked = surveyed.statements[0].booked
    assert booked == (Decimal("10.00") if expected == "posted" else 0)


SETTLED = "<RltdDts><IntrBkSttlmDt>2024-04-28</IntrBkSttlmDt></RltdDts>"


@pytest.mark.parametrize(
    ("booked", "more", "details", "balances", "source", "day"),
    [
        ("<BookgDt><DtTm>2024-05-02T23:59:59-05:00</DtTm></BookgDt>", "", "", "", "BookgDt", "2024-05-02"),  # noqa: E501 - a table
        ("", "<ValDt><Dt>2024-05-01</Dt></ValDt>", detail(more=SETTLED), "", "ValDt", "2024-05-01"),
        ("", "", detail(more=SETTLED), balance("CLBD", "1"), "RltdDts/IntrBkSttlmDt", "2024-04-28"),
        ("", "", "", balance("CLBD", "1", day="2024-04-30"), "Bal/Dt", "2024-04-30"),
        ("", "", "", "", "CreDtTm", "2024-05-03"),
    ],
)  # fmt: skip
def test_the_date_is_the_first_that_is_stated_and_its_carrier_is_named(
    read_file: ReadFile,
    *,
    booked: str,
    more: str,
    details: str,
    balances: str,
    source: str,
    day: str,
) -> None:
    content = camt(entry(booked=booked, more=more, details=details), balances=balances)

    _, outcomes = read_file(content)

    fields = records(outcomes)[0].fields
    assert (fields.metadata["date_source"], fields.date.isoformat()) == (source, day)


def test_a_balance_after_the_entries_still_gives_their_date(read_file: ReadFile) -> None:
    late = camt(entry(booked="") + balance("CLBD", "1", day="2024-04-30"))

    _, outcomes = read_file(late)

    assert records(outcomes)[0].fields.date == date(2024, 4, 30)


REFERENCES = [
    ("", "<TxId>TX</TxId>", "TX"),
    ("", "<AcctSvcrRef>DETAIL</AcctSvcrRef>", "DETAIL"),
    ("<AcctSvcrRef>ENTRY</AcctSvcrRef>", "", "ENTRY"),
    ("<NtryRef>NTRY</NtryRef>", "", "NTRY"),
    ("", "<InstrId>INSTR</InstrId>", "INSTR"),
    ("", "<EndToEndId>E2E</EndToEndId>", "E2E"),
    ("", "<UETR>UETR</UETR>", "UETR"),
]


@pytest.mark.parametrize("first", range(len(REFERENCES)))
def test_the_reference_is_the_first_real_one(read_file: ReadFile, first: int) -> None:
    of_entry = "".join(one[0] for one in REFERENCES[first:])
    of_detail = "".join(one[1] for one in REFERENCES[first:])
    hollow = "<Refs><MsgId>M</MsgId><PmtInfId>P</PmtInfId>"
    if first > 0:
        hollow += "<TxId>NOTPROVIDED</TxId>"
    details = detail(more=f"{hollow}{of_detail}</Refs>")

    _, outcomes = read_file(camt(entry(more=of_entry, details=details)))

    assert records(outcomes)[0].fields.reference == REFERENCES[first][2]


PARTIES = """<Refs><MsgId>MSG</MsgId><EndToEndId>E2E</EndToEndId><InstrId>INS</InstrId></Refs>
<RltdPties><Dbtr><Nm>Debtor</Nm></Dbtr><DbtrAcct><Id><IBAN>DE01</IBAN></Id></DbtrAcct>
<Cdtr><Pty><Nm>Creditor</Nm></Pty></Cdtr><CdtrAcct><Id><IBAN>FR01</IBAN></Id></CdtrAcct></RltdPties>
<RltdAgts><DbtrAgt><FinInstnId><BICFI>DEUTDEFF</BICFI></FinInstnId></DbtrAgt>
<CdtrAgt><FinInstnId><BIC>BNPAFRPP</BIC></FinInstnId></CdtrAgt></RltdAgts>
<RmtInf><Ustrd>Invoice</Ustrd><Ustrd>4711</Ustrd></RmtInf>"""


@pytest.mark.parametrize(
    ("direction", "name", "bic", "iban"),
    [("CRDT", "Debtor", "DEUTDEFF", "DE01"), ("DBIT", "Creditor", "BNPAFRPP", "FR01")],
)
def test_every_carrier_is_kept_and_the_other_side_is_the_counterparty(
    read_file: ReadFile, direction: str, name: str, bic: str, iban: str
) -> None:
    _, outcomes = read_file(camt(entry(direction=direction, details=detail(more=PARTIES))))

    fields = records(outcomes)[0].fields
    assert (fields.counterparty, fields.description) == (name, "Invoice 4711")
    expected = {
        "message_id": "MSG", "end_to_end_id": "E2E", "instruction_id": "INS",
        "debtor_name": "Debtor", "creditor_name": "Creditor", "debtor_iban": "DE01",
        "creditor_iban": "FR01", "debtor_bic": "DEUTDEFF", "creditor_bic": "BNPAFRPP",
        "counterparty_bic": bic, "counterparty_iban": iban, "remittance": "Invoice 4711",
        "account": "ACCOUNT-1", "statement_id": "S-1",
    }  # fmt: skip
    assert expected.items() <= fields.metadata.items()


def test_a_reversal_keeps_its_sign_and_is_flagged(read_file: ReadFile) -> None:
    reversal = entry(direction="DBIT", more="<RvslInd>true</RvslInd><AcctSvcrRef>R1</AcctSvcrRef>")
    plain = entry(direction="DBIT", more="<AcctSvcrRef>R1</AcctSvcrRef>")

    _, outcomes = read_file(camt(reversal, plain))

    flagged, other = records(outcomes)
    assert (flagged.fields.reversal, other.fields.reversal) == (True, False)
    assert flagged.fields.signed_minor == other.fields.signed_minor == -1000
    assert flagged.identity != other.identity


def test_a_pending_entry_and_its_booked_one_are_the_same_record(read_file: ReadFile) -> None:
    reference = "<AcctSvcrRef>R1</AcctSvcrRef>"
    pending = entry(status="<Sts>PDNG</Sts>", booked="", more=reference)

    _, earlier = read_file(camt(pending))
    _, later = read_file(camt(entry("10.40", more=reference)))

    assert records(earlier)[0].identity == records(later)[0].identity


def test_a_payments_own_number_is_used_again_on_another_settlement_day(
    read_file: ReadFile,
) -> None:
    def settled(day: str) -> str:
        dates = f"<RltdDts><IntrBkSttlmDt>{day}</IntrBkSttlmDt></RltdDts>"
        return entry(details=detail(more=f"<Refs><TxId>T1</TxId></Refs>{dates}"))

    _, outcomes = read_file(camt(settled("2024-05-01"), settled("2024-05-02")))
    _, again = read_file(camt(settled("2024-05-02"), settled("2024-05-01")))

    identities = [one.identity for one in records(outcomes)]
    assert len(set(identities)) == 2
    assert [one.identity for one in records(again)] == identities[::-1]


def test_entries_without_a_reference_are_counted_by_content(read_file: ReadFile) -> None:
    hollow = entry(details=detail(more="<Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>"))

    _, outcomes = read_file(camt(hollow, hollow))

    assert len({one.identity for one in records(outcomes)}) == 2


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (entry("12..34"), "unreadable_amount"), (entry("-1"), "unreadable_amount"),
        (entry(""), "unreadable_amount"), (entry("1.005"), "precision_exceeded"),
        (entry("1", currency="XQZ"), "unknown_currency"),
        (entry(direction=""), "unreadable_direction"),
        (entry(direction="PLUS"), "unreadable_direction"),
        (entry(status="<Sts>MAYBE</Sts>"), "unknown_status"),
        (entry(booked="<BookgDt><Dt>02.05.2024</Dt></BookgDt>"), "unreadable_date"),
        (entry(details=detail("5") + detail("x")), "unreadable_amount"),
        (entry(more="<AddtlNtryInf>" + "x" * 300_000 + "</AddtlNtryInf>"), "record_too_large"),
    ],
)  # fmt: skip
def test_an_unreadable_value_rejects_its_entry_and_the_others_go_in(
    read_file: ReadFile, wrong: str, code: str
) -> None:
    _, outcomes = read_file(camt(entry(), wrong, entry()))

    assert [isinstance(one, Record) for one in outcomes] == [True, False, True]
    rejection = outcomes[1]
    assert isinstance(rejection, Rejection)
    assert (rejection.code, rejection.line) == (code, 7)


def test_pass_one_counts_the_rows_and_reading_can_go_on_in_the_middle(read_file: ReadFile) -> None:
    content = camt(entry(), entry("x"), entry("20", details=detail("15") + detail("5")))

    surveyed, whole = read_file(content)
    _, rest = read_file(content, skip=2)

    assert len(whole) == 4
    assert getattr(surveyed, "rows", None) == 4
    assert rest == whole[2:]


@pytest.mark.parametrize(
    "namespace", ["", "urn:bank:own", "urn:iso:std:iso:20022:tech:xsd:camt.053.001.13"]
)
def test_any_namespace_is_read_and_an_unknown_one_warned_of(
    read_file: ReadFile, namespace: str
) -> None:
    surveyed, outcomes = read_file(camt(entry(), namespace=namespace))

    assert len(records(outcomes)) == 1
    expected = {"": ["no_namespace"], "urn:bank:own": ["unknown_namespace"]}.get(namespace, [])
    assert [one.code for one in surveyed.warnings] == expected


def test_what_looks_like_an_entry_elsewhere_is_none(read_file: ReadFile) -> None:
    supplement = f"<SplmtryData><Envlp>{entry()}{balance('CLBD', '5')}</Envlp></SplmtryData>"

    surveyed, outcomes = read_file(camt(entry(), supplement))

    assert len(outcomes) == 1
    assert surveyed.statements[0].balances == []
