"""Whatever bytes come: outcomes or a named refusal, the same in every reading."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieout_ingest.domain.limits import Limits
from tieout_ingest.domain.profile import Profile
from tieout_ingest.domain.refusals import FileRefused
from tieout_ingest.formats.preview import preview
from tieout_ingest.formats.reading import read, survey
from unit.ingest.camt_files import balance, camt, detail, entry

CAMT = camt(
    entry("3", details=detail("1") + detail("2")), entry(), balances=balance("OPBD", "1")
).encode()
CSV = b"date,amount,currency,direction,description,external_id\n" + (
    b'2024-05-02,1.00,EUR,credit,"a ""b""\nc",x1\n' * 3
)
SCRAPS = [b"<", b">", b'"', b"\0", b"\xff", b",", b";", b"\r", b"\n", b"-", b"9" * 60, b"NaN",
          b"<Ntry>", b"</Ntry>", b"<TxDtls>", b"</Stmt>", b"&#0;", b"<![CDATA[", b"]]>", b"\xe9",
          b"\xed\xa0\x80", b"(", b"2024-02-31", b"<?x?>", b'xmlns="a}b"', b""]  # fmt: skip


@st.composite
def spoiled(draw: st.DrawFn, whole: bytes) -> bytes:
    content = whole
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(content)))
        end = draw(st.integers(start, min(len(content), start + 30)))
        scrap = draw(st.sampled_from(SCRAPS) | st.binary(max_size=3))
        content = content[:start] + scrap + content[end:]
    return content


@pytest.mark.parametrize("whole", [CAMT, CSV])
@settings(max_examples=250, deadline=1000)
@given(data=st.data())
def test_any_spoiled_file_is_read_alike_or_refused_by_name(
    tmp_path_factory: pytest.TempPathFactory, whole: bytes, data: st.DataObject
) -> None:
    path: Path = tmp_path_factory.getbasetemp() / "spoiled"
    path.write_bytes(data.draw(spoiled(whole)))

    outcomes = [_read(path), _read(path)]

    assert outcomes[0] == outcomes[1]
    assert _preview(path) in ("preview", "empty_file", "undecodable_file")


def _read(path: Path) -> object:
    try:
        surveyed = survey(path, profile=Profile(), limits=Limits())
        rows = read(path, surveyed=surveyed, profile=Profile(), limits=Limits())
        return list(rows)
    except FileRefused as refused:
        return refused.code


def _preview(path: Path) -> str:
    try:
        preview(path, profile=None, limits=Limits())
    except FileRefused as refused:
        return refused.code
    return "preview"
