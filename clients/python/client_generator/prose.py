"""Docstrings, wrapped as a person would."""

import re
import textwrap

HEADER = '"""Made from docs/openapi.json by `make client`; changed there, not here."""\n\n'
_WIDTH = 99
# A line's end within a paragraph or an item.
_BROKEN = re.compile(r"(?<=\S)\n(?!\n|- )")
_QUOTES = '"""'


def docstring(summary: str, *paragraphs: str, depth: int) -> str:
    """Write a docstring at a depth of so many spaces, quotes included; "" of no words."""
    words = " ".join(summary.split())
    if not words:
        return ""
    if not words.endswith((".", "?", "!")):
        words += "."
    margin = " " * depth
    first = textwrap.fill(
        words, _WIDTH - len(_QUOTES), initial_indent=margin + _QUOTES, subsequent_indent=margin
    )
    others = [_wrapped(one, depth) for one in paragraphs if one]
    text = "\n\n".join([first, *others]).replace("\\", "\\\\")
    return f"{text}\n{margin}{_QUOTES}\n" if "\n" in text else f"{text}{_QUOTES}\n"


def bullet(name: str, description: str) -> str:
    return f"- `{name}`: {' '.join(description.split())}"


def _wrapped(text: str, depth: int) -> str:
    margin = " " * depth
    return "\n".join(
        ""
        if not line
        else textwrap.fill(
            line,
            _WIDTH,
            initial_indent=margin,
            subsequent_indent=margin + ("  " if line.startswith("- ") else ""),
        )
        for line in _BROKEN.sub(" ", text).splitlines()
    )
