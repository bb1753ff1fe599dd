"""What the reader sees: headings, the calls as curl lines, and tables."""

import os
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from rich.console import Console
from rich.table import Table
from rich.text import Text

_WIDTH_WITHOUT_TERMINAL = 130


class Screen:
    """Plain text where standard output is no terminal; nothing in it is read as markup."""

    def __init__(self) -> None:
        self.console = Console(highlight=False, emoji=False)
        if not self.console.is_terminal and "COLUMNS" not in os.environ:
            self.console.width = _WIDTH_WITHOUT_TERMINAL
        self._steps = 0

    def step(self, title: str) -> None:
        self._steps += 1
        self.console.print()
        self.console.print(Text(f"{self._steps}. {title}", style="bold"))

    def say(self, text: str) -> None:
        self.console.print(Text(text))

    def warn(self, text: str) -> None:
        self.console.print(Text(text, style="bold yellow"))

    def call(self, command: str) -> None:
        """Show a command on one line of its own, however long, so that it can be copied."""
        self.line(f"$ {command}", style="cyan")

    def line(self, text: str, *, style: str = "") -> None:
        """Show text without line breaks of our own."""
        self.console.print(Text(text, style=style), soft_wrap=True)

    def table(
        self, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, numbers: Sequence[str] = ()
    ) -> None:
        """Show rows; the columns named in `numbers` are set to the right and never wrapped."""
        table = Table(show_edge=False, pad_edge=False, header_style="bold")
        for name in columns:
            right = name in numbers
            table.add_column(name, justify="right" if right else "left", no_wrap=right)
        for row in rows:
            table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
        self.console.print(table)


class Stated(Protocol):
    """What states an amount: a record, an entry."""

    @property
    def amount(self) -> int: ...
    @property
    def direction(self) -> str: ...
    @property
    def currency(self) -> str: ...
    @property
    def decimal_places(self) -> int: ...


def money(one: Stated) -> str:
    """Write a record's amount signed, in major units, with its currency."""
    minor = one.amount if one.direction == "credit" else -one.amount
    return f"{major(minor, one.decimal_places)} {one.currency}"


def major(minor: int, decimal_places: int) -> str:
    """Write minor units in major ones, exactly."""
    digits = str(abs(minor)).rjust(decimal_places + 1, "0")
    whole = digits[: len(digits) - decimal_places]
    fraction = digits[len(digits) - decimal_places :]
    return f"{'-' if minor < 0 else ''}{int(whole):,}{'.' if fraction else ''}{fraction}"
