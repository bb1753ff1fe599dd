"""An upload as it lies on disk: opened, unpacked within a limit, and told apart by its bytes."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal, cast

from tieout_ingest.domain.limits import KIB, Limits
from tieout_ingest.domain.refusals import FileRefused

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Format = Literal["camt", "csv"]
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_SPACE = b" \t\r\n\0"


@contextmanager
def opened(path: Path, limits: Limits) -> Iterator[BinaryIO]:
    """Open an upload for reading, seekable; a gzip file is unpacked as it is read.

    Raises FileRefused: `file_too_large` (either size), `archive_not_read`, `broken_archive`.
    """
    size = path.stat().st_size
    if size > limits.file_bytes:
        raise FileRefused(
            "file_too_large", f"the file has {size} bytes; at most {limits.file_bytes} are read"
        )
    with path.open("rb") as file:
        start = file.read(len(_ZIP))
        file.seek(0)
        if start.startswith(_ZIP):
            raise FileRefused("archive_not_read", "the file is a zip archive; upload what is in it")
        if start.startswith(_GZIP):
            packed = cast("BinaryIO", gzip.GzipFile(fileobj=file))
            yield cast("BinaryIO", BufferedReader(_Capped(packed, limits), 64 * KIB))
        else:
            yield file


def detect_format(source: BinaryIO) -> Format:
    """Tell XML from delimited text by the first bytes that are no blank; leaves it at the start."""
    start = source.read(4 * KIB)
    source.seek(0)
    for bom in _BOMS:
        start = start.removeprefix(bom)
    return "camt" if start.lstrip(_SPACE).startswith(b"<") else "csv"


class _Capped(RawIOBase):
    """Unpacks no further than the limit, however small the archive is."""

    def __init__(self, packed: BinaryIO, limits: Limits) -> None:
        self._packed = packed
        self._limit = limits.unpacked_bytes
        self._read = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self._read = self._packed.seek(offset, whence)
        return self._read

    def tell(self) -> int:
        return self._read

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer)
        try:
            chunk = self._packed.read(len(view))
        except (EOFError, OSError, zlib.error) as error:
            raise FileRefused("broken_archive", f"the gzip file is broken: {error}") from None
        self._read += len(chunk)
        if self._read > self._limit:
            raise FileRefused(
                "file_too_large", f"the file unpacks to more than {self._limit} bytes"
            )
        view[: len(chunk)] = chunk
        return len(chunk)
