import gzip
import zipfile
from pathlib import Path

import pytest

from tieout_ingest.domain.drafts import Record
from tieout_ingest.domain.limits import MIB, Limits
from tieout_ingest.domain.refusals import FileRefused
from unit.ingest.camt_files import camt, entry
from unit.ingest.conftest import ReadFile

CSV = "date,amount,currency\n2024-05-02,1,EUR\n"


@pytest.mark.parametrize("content", [CSV, camt(entry())])
def test_a_gzip_file_is_read_as_what_is_in_it(read_file: ReadFile, content: str) -> None:
    _, plain = read_file(content)
    _, packed = read_file(gzip.compress(content.encode()))

    assert packed == plain
    assert isinstance(plain[0], Record)


@pytest.mark.parametrize("start", [CSV.encode(), b'<?xml version="1.0"?><Document>'])
def test_a_gzip_bomb_is_refused_at_the_limit(read_file: ReadFile, start: bytes) -> None:
    bomb = gzip.compress(start + b"\n" * 64 * MIB)

    with pytest.raises(FileRefused) as refused:
        read_file(bomb, limits=Limits(unpacked_bytes=8 * MIB, rows=10**9))

    assert refused.value.code in ("file_too_large", "prolog_too_long")


@pytest.mark.parametrize("cut", [20, 40])
def test_a_cut_gzip_file_is_refused(read_file: ReadFile, cut: int) -> None:
    with pytest.raises(FileRefused) as refused:
        read_file(gzip.compress(CSV.encode() * 50)[:cut])

    assert refused.value.code == "broken_archive"


def test_a_zip_archive_is_refused_with_the_remedy(read_file: ReadFile, tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("../evil.csv", CSV)

    with pytest.raises(FileRefused) as refused:
        read_file(archive.read_bytes())

    assert refused.value.code == "archive_not_read"
