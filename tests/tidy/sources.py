"""The project's own files as values, so that a rule can be tried on a sample too."""

import ast
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PRODUCT = ("shared", "services", "deploy", "clients")
_SEEN_THOUGH_HIDDEN = {".ci", ".github", ".gitignore", ".dockerignore"}
_GENERATED = {"__pycache__", "dist", "node_modules"}
_BINARY = {".png", ".ico", ".gz", ".zip", ".woff2", ".pyc"}


@dataclass(frozen=True)
class Source:
    """`path` is relative to the project, with forward slashes."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def top(self) -> str:
        return self.path.partition("/")[0]

    @property
    def package(self) -> str:
        """The importable package that the file is in: the first part named tieout_…"""
        return next((part for part in self.path.split("/") if part.startswith("tieout_")), "")

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


def read_project() -> list[Source]:
    """Read every text file of the project, sorted by path."""
    found = [
        Source(file.relative_to(PROJECT).as_posix(), file.read_text("utf-8"))
        for file in _files(PROJECT)
        if file.suffix not in _BINARY
    ]
    return sorted(found, key=lambda one: one.path)


def _files(folder: Path) -> Iterator[Path]:
    for file in folder.iterdir():
        hidden = file.name.startswith(".") and file.name not in _SEEN_THOUGH_HIDDEN
        if hidden or file.name in _GENERATED or file.name.endswith(".egg-info"):
            continue
        if file.is_dir():
            yield from _files(file)
        else:
            yield file


def python_of(sources: list[Source], *tops: str) -> list[Source]:
    """Choose the Python files, of some top folders or of all."""
    return [one for one in sources if one.path.endswith(".py") and (not tops or one.top in tops)]


def median_lines(sources: list[Source]) -> float:
    return statistics.median(len(one.lines) for one in sources if one.text.strip())
