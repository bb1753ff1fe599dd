"""What reading costs a row on this machine: `python tests/bench/measure_reading.py [rows]`."""

import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tieout_ingest.domain.limits import Limits
from tieout_ingest.domain.profile import Profile
from tieout_ingest.formats.reading import read, survey

HEADER = "date,amount,currency,direction,description,external_id\n"


def csv_with_ids(rows: int) -> Iterator[str]:
    yield HEADER
    for row in range(rows):
        side = "credit" if row % 2 else "debit"
        day, cents = row % 28 + 1, row % 100
        yield f"2024-03-{day:02d},{row % 99991}.{cents:02d},EUR,{side},Invoice {row},tx-{row:09d}\n"


def csv_without_ids(rows: int) -> Iterator[str]:
    for line in csv_with_ids(rows):
        yield line.rpartition(",")[0] + "\n"


def camt(rows: int) -> Iterator[str]:
    yield "<Document><BkToCstmrStmt><Stmt><Id>S</Id><Acct><Id><IBAN>A</IBAN></Id></Acct>"
    for row in range(rows):
        yield (
            f'<Ntry><Amt Ccy="EUR">{row}.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>'
            "<BookgDt><Dt>2024-03-01</Dt></BookgDt><NtryDtls><TxDtls><Refs>"
            f"<EndToEndId>E{row}</EndToEndId><TxId>T{row}</TxId></Refs><RltdPties><Dbtr><Nm>Payer"
            "</Nm></Dbtr><DbtrAcct><Id><IBAN>DE1</IBAN></Id></DbtrAcct></RltdPties><RmtInf><Ustrd>"
            f"Invoice {row}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n"
        )
    yield "</Stmt></BkToCstmrStmt></Document>"


def measure(name: str, lines: Callable[[int], Iterator[str]], rows: int) -> None:
    """Report the CPU time of each pass, the best of three, in microseconds a row."""
    profile, limits = Profile(), Limits()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        with path.open("w") as file:
            file.writelines(lines(rows))
        passes = [_seconds(path, profile, limits) for _ in range(3)]
    first, second = (min(one[at] for one in passes) / rows * 1e6 for at in (0, 1))
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(
        f"{name:22} pass 1 {first:6.2f} µs  pass 2 {second:6.2f} µs a row; peak {peak_mib} MiB\n"
    )


def _seconds(path: Path, profile: Profile, limits: Limits) -> tuple[float, float]:
    began = time.process_time()
    surveyed = survey(path, profile=profile, limits=limits)
    between = time.process_time()
    for _ in read(path, surveyed=surveyed, profile=profile, limits=limits):
        pass
    return between - began, time.process_time() - between


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    measure("csv, external ids", csv_with_ids, count)
    measure("camt", camt, count // 10)
    measure("csv, by content", csv_without_ids, count)
