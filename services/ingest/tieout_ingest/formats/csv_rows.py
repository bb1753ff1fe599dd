"""Text lines → rows of cells. One broken row never takes the rows after it along."""

import csv
from collections import deque
from collections.abc import Iterator
from typing import TextIO

from tieout_ingest.domain.limits import Limits
from tieout_ingest.domain.profile import CsvProfile
from tieout_ingest.domain.refusals import Rejection

Row = tuple[int, list[str]]


def read_rows(text: TextIO, profile: CsvProfile, limits: Limits) -> Iterator[Row | Rejection]:
    """Yield (line, cells) of each row after the skipped ones; empty lines are no rows.

    A row that cannot be read is a rejection, and reading goes on with its second line: a stray
    quote then costs one line, not everything up to the next quote.
    """
    rows = _Rows(text, profile, limits)
    for _ in range(profile.skip_rows):
        rows.skip_line()
    return rows.read()


class _Rows:
    def __init__(self, text: TextIO, profile: CsvProfile, limits: Limits) -> None:
        self._text = text
        self._profile = profile
        self._limits = limits
        self._line = 0
        self._taken: list[str] = []
        self._again: deque[str] = deque()
        self._run_on_characters = 0

    def skip_line(self) -> None:
        self._text.readline()
        self._line += 1

    def read(self) -> Iterator[Row | Rejection]:
        csv.field_size_limit(self._limits.field_characters)
        width = 0
        taken = self._taken
        reader = self._reader()
        while True:
            taken.clear()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield self._rejection(str(error))
                reader = self._resume()
                continue
            if len(taken) > 1 and width and len(cells) != width:
                yield self._rejection(f"a quoted cell runs on to line {self._line + len(taken)}")
                reader = self._resume()
                continue
            if cells:
                width = width or len(cells)
                yield self._line + 1, cells
            self._line += len(taken)

    def _lines(self) -> Iterator[str]:
        again, taken = self._again, self._taken
        while True:
            while again:
                line = again.popleft()
                taken.append(line)
                if len(taken) > 1 and self._runs_on(line):
                    return
                yield line
            for line in self._text:
                taken.append(line)
                if len(taken) > 1 and self._runs_on(line):
                    return
                yield line
                if again:
                    break
            else:
                return

    def _runs_on(self, line: str) -> bool:
        """Tell whether a row over several lines has passed its limit; the rest is then given up."""
        self._run_on_characters = len(line) + (
            self._run_on_characters if len(self._taken) > 2 else 0  # noqa: PLR2004 - the second line starts the count
        )
        return self._run_on_characters > self._limits.row_characters

    def _reader(self) -> "Iterator[list[str]]":
        return csv.reader(
            self._lines(),
            delimiter=self._profile.delimiter,
            quotechar=self._profile.quote or None,
            quoting=csv.QUOTE_MINIMAL if self._profile.quote else csv.QUOTE_NONE,
            strict=True,
        )

    def _resume(self) -> "Iterator[list[str]]":
        self._again.extendleft(reversed(self._taken[1:]))
        self._line += 1
        return self._reader()

    def _rejection(self, reason: str) -> Rejection:
        line = self._line + 1
        too_long = "field limit" in reason
        return Rejection(
            line=line,
            code="field_too_long" if too_long else "unreadable_row",
            message=f"line {line}: {reason}; correct the row's quotes or cells and upload it again",
        )
