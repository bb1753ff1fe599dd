"""A wrong structure refuses the whole file, quickly and in flat memory."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tieout_ingest.domain.limits import KIB, MIB, Limits
from tieout_ingest.domain.refusals import FileRefused
from unit.ingest.camt_files import camt, detail, entry
from unit.ingest.conftest import ReadFile

LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY lol "lol">'
    + "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10}">' for n in range(1, 10))
    + "]><Document>&lol9;</Document>"
)
EXTERNAL = '<!DOCTYPE Document SYSTEM "file:///etc/passwd"><Document/>'
XXE = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + camt(entry("&x;"))[38:]


@pytest.mark.parametrize(
    "content",
    [
        LAUGHS, EXTERNAL, XXE, "<!DOCTYPE html><html/>", f"<!-- c -->{EXTERNAL}",
        LAUGHS.encode("utf-16"), f"{'<!-- c -->' * 1000}{EXTERNAL}",
        "<!DOCTYPE a [" + "".join(f'<!ENTITY e{n} "x">' for n in range(100_000)) + "]><a/>",
    ],
)  # fmt: skip
def test_any_doctype_is_refused_at_once(read_file: ReadFile, content: str | bytes) -> None:
    began = time.perf_counter()

    with pytest.raises(FileRefused) as refused:
        read_file(content)

    assert refused.value.code == "doctype_forbidden"
    assert time.perf_counter() - began < 0.1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (camt(entry())[:-40], "not_well_formed"),
        (camt(entry())[:60], "not_well_formed"),
        (camt(entry("&undefined;")), "not_well_formed"),
        (camt(entry()) + "<more/>", "not_well_formed"),
        ("<", "not_well_formed"),
        ("<html><body/></html>", "not_a_camt_message"),
        ("<Document/>", "not_a_camt_message"),
        ("<Document><CstmrCdtTrfInitn/></Document>", "not_a_camt_message"),
        ("<BkToCstmrStmt><Stmt/></BkToCstmrStmt>", "not_a_camt_message"),
        ("<Document><BkToCstmrStmt/></Document>", "no_statement"),
        ("<!-- c -->" * 200_000, "prolog_too_long"),
        ("<Document><BkToCstmrStmt><Stmt>" + "<a>" * 10**6, "nesting_too_deep"),
        (camt(entry(more="<a/>" * MIB)), "element_too_large"),
        (camt(entry(more=f"<a>{'x' * 11 * MIB}</a>")), "element_too_large"),
        (camt(entry(details=detail("1") * 101)), "too_many_details"),
    ],
)
def test_a_wrong_structure_refuses_the_file(read_file: ReadFile, content: str, code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read_file(content, limits=Limits(details_per_entry=100))

    assert refused.value.code == code


def test_deep_nesting_is_refused(read_file: ReadFile) -> None:
    content = "<Document><BkToCstmrStmt>" + "<a>" * 10**6

    with pytest.raises(FileRefused):
        read_file(content)


def test_details_that_do_not_sum_refuse_the_file_with_their_path(read_file: ReadFile) -> None:
    content = camt(entry("1"), entry("10.00", details=detail("5") + detail("4.99")))

    with pytest.raises(FileRefused) as refused:
        read_file(content)

    assert refused.value.code == "details_do_not_sum"
    assert "Stmt[1]/Ntry[2]/NtryDtls (line 7)" in refused.value.message
    assert "9.99" in refused.value.message


def test_too_many_rows_refuse_the_file(read_file: ReadFile) -> None:
    with pytest.raises(FileRefused) as refused:
        read_file(camt(*[entry()] * 5), limits=Limits(rows=4))

    assert refused.value.code == "too_many_rows"


READ_AND_REPORT = """
import resource, sys
from pathlib import Path
from tieout_ingest.domain.limits import Limits
from tieout_ingest.domain.profile import Profile
from tieout_ingest.formats.reading import read, survey

path, profile, limits = Path(sys.argv[1]), Profile(), Limits()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
surveyed = survey(path, profile=profile, limits=limits)
rows = sum(1 for _ in read(path, surveyed=surveyed, profile=profile, limits=limits))
print(rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize("entries", [1, 12_000])
def test_a_large_file_is_read_in_flat_memory(tmp_path: Path, entries: int) -> None:
    """Another process measures itself: the parser's memory is not Python's."""
    path = tmp_path / "large.xml"
    before, after = camt("#").split("#")
    one = detail("10.00", more=f"<Junk>{'x' * KIB}</Junk><a/><b/>")
    path.write_text(before + entry(details=one + "<Junk/>" * 9) * entries + after)

    report = subprocess.run(
        [sys.executable, "-c", READ_AND_REPORT, path], capture_output=True, check=True, timeout=60
    )

    rows, grown_kib = map(int, report.stdout.split())
    assert rows == entries
    assert grown_kib < 16 * KIB
