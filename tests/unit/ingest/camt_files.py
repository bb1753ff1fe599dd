"""Small camt files made here."""


def camt(*entries: str, balances: str = "", head: str = "", namespace: str | None = None) -> str:
    if namespace is None:
        namespace = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
    xmlns = f' xmlns="{namespace}"' if namespace else ""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document{xmlns}><BkToCstmrStmt>
<GrpHdr><MsgId>M-1</MsgId><CreDtTm>2024-05-03T01:00:00+02:00</CreDtTm></GrpHdr>
<Stmt><Id>S-1</Id>{head}<Acct><Id><IBAN>ACCOUNT-1</IBAN></Id><Ccy>EUR</Ccy></Acct>{balances}
{"".join(entries)}
</Stmt></BkToCstmrStmt></Document>"""


def entry(
    amount: str = "10.00",
    *,
    currency: str = "EUR",
    direction: str = "CRDT",
    status: str = "<Sts>BOOK</Sts>",
    booked: str = "<BookgDt><Dt>2024-05-02</Dt></BookgDt>",
    more: str = "",
    details: str = "",
) -> str:
    sign = f"<CdtDbtInd>{direction}</CdtDbtInd>" if direction else ""
    return (
        f'\n<Ntry><Amt Ccy="{currency}">{amount}</Amt>{sign}{status}{booked}{more}'
        f"<NtryDtls>{details}</NtryDtls></Ntry>"
    )


def detail(amount: str | None = None, *, currency: str = "EUR", more: str = "") -> str:
    stated = "" if amount is None else f'<Amt Ccy="{currency}">{amount}</Amt>'
    return f"<TxDtls>{stated}{more}</TxDtls>"


def balance(code: str, amount: str, *, currency: str = "EUR", day: str = "2024-05-02") -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        f"<Dt><Dt>{day}</Dt></Dt></Bal>"
    )
