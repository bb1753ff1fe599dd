"""Bytes → text lines of a delimited file: its encoding and its size, judged before reading."""

import codecs
from io import TextIOWrapper
from typing import BinaryIO

from msgspec import Struct

from tieout_ingest.domain.limits import MIB, Limits
from tieout_ingest.domain.profile import CsvProfile
from tieout_ingest.domain.refusals import FileRefused

_BOM_ENCODINGS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class TextShape(Struct, frozen=True, kw_only=True):
    """`encoding` to read with; `lines` counts line ends, `undecodable` says some bytes are not."""

    encoding: str
    lines: int
    undecodable: bool


def text_shape(source: BinaryIO, profile: CsvProfile, limits: Limits) -> TextShape:
    """Judge the whole file: BOM, then strict UTF-8, then the profile's encoding.

    Raises FileRefused for an empty file, too many rows, a line without an end, broken UTF-16/32.
    Where nothing fits, UTF-8 is taken and the rows that are not UTF-8 become rejections.
    """
    marked = _marked_encoding(source)
    decoder = codecs.getincrementaldecoder(marked or "utf-8")("strict")
    utf8 = True
    newlines, returns = 0, 0
    while chunk := source.read(limits.line_bytes):
        ends = (chunk.count(b"\n"), chunk.count(b"\r"))
        if not any(ends) and len(chunk) == limits.line_bytes:
            raise FileRefused(
                "line_too_long", f"a line is longer than {limits.line_bytes // MIB} MiB"
            )
        newlines, returns = newlines + ends[0], returns + ends[1]
        utf8 = utf8 and _decodes(decoder, chunk)
    if source.tell() == 0:
        raise FileRefused("empty_file", "the file is empty")
    utf8 = utf8 and _decodes(decoder, b"", final=True)
    lines = newlines or returns
    if lines > limits.rows:
        raise FileRefused(
            "too_many_rows", f"the file holds more than {limits.rows} rows; upload it in parts"
        )
    if marked not in (None, "utf-8-sig") and not utf8:
        raise FileRefused("undecodable_file", f"the file is marked {marked} but is not")
    chosen = marked or ("utf-8" if utf8 else profile.encoding or "utf-8")
    return TextShape(encoding=chosen, lines=lines, undecodable=not utf8 and chosen == "utf-8")


def text_lines(source: BinaryIO, encoding: str) -> TextIOWrapper:
    """Return the file as text; undecodable bytes survive as marks that reject their row."""
    wide = encoding in ("utf-16", "utf-32")
    return TextIOWrapper(
        source, encoding=encoding, errors="strict" if wide else "surrogateescape", newline=""
    )


def _marked_encoding(source: BinaryIO) -> str | None:
    start = source.read(4)
    source.seek(0)
    return next((name for bom, name in _BOM_ENCODINGS if start.startswith(bom)), None)


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True
