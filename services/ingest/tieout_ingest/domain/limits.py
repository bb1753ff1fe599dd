"""How much of anything one file may hold; each limit has its own clear answer."""

from msgspec import Struct

KIB = 1024
MIB = 1024 * KIB


class Limits(Struct, frozen=True, kw_only=True):
    """What reading a file may cost.

    File and unpacked bytes, columns, lines without an end, nesting and unfinished XML refuse the
    file; a field, an external id or a record over its limit rejects the row.
    """

    file_bytes: int = 256 * MIB
    unpacked_bytes: int = 512 * MIB
    rows: int = 2_000_000
    columns: int = 1_000
    line_bytes: int = 4 * MIB
    field_characters: int = 128 * KIB
    row_characters: int = MIB
    external_id_characters: int = 512
    record_bytes: int = 256 * KIB
    details_per_entry: int = 50_000
    unfinished_element_bytes: int = 2 * MIB
    prolog_bytes: int = MIB
    warnings: int = 1_000
