"""Rules of texts: links lead somewhere, nothing tells of the machine it was written on."""

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePosixPath

from tidy.sources import Source

_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
# Written in pieces, so that this file does not break its own rules.
_FOLDERS = ("/wo" + "rk", "/ro" + "ot", "/ho" + "me", "/Us" + "ers")
_HOSTS = (
    *("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "maven" + ".org"),
    *("ghcr" + ".io", "quay" + ".io", "docker" + ".io", "jsdelivr" + ".net", "unpkg" + ".com"),
)
_MARKS = ("TO" + "DO", "FIX" + "ME", "HA" + "CK")
_FORBIDDEN: Mapping[str, re.Pattern[str]] = {
    "a folder of one machine": re.compile(rf"(?<![\w./-])({'|'.join(_FOLDERS)})/\w"),
    "a host that packages come from": re.compile("|".join(map(re.escape, _HOSTS))),
    "unfinished work": re.compile(rf"\b({'|'.join(_MARKS)})\b"),
}


def forbidden_words(source: Source) -> Iterator[str]:
    for number, line in enumerate(source.lines, 1):
        for what, pattern in _FORBIDDEN.items():
            if found := pattern.search(line):
                yield f"{source.path}:{number}: {found[0]!r} is {what}"


def broken_links(source: Source, texts: Mapping[str, str]) -> Iterator[str]:
    """Find relative links to no file or heading; `texts` are all files by path."""
    folders = {str(parent) for path in texts for parent in PurePosixPath(path).parents}
    for target in _LINK.findall(_FENCE.sub("", source.text)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        full = _resolve(source.path, path) if path else source.path
        if full not in texts and full not in folders:
            yield f"{source.path}: the link to {target} leads nowhere"
        elif anchor and anchor not in _anchors(texts[full]):
            yield f"{source.path}: {full} has no heading #{anchor}"


def _resolve(origin: str, link: str) -> str:
    parts: list[str] = []
    for part in (PurePosixPath(origin).parent / link).parts:
        if part == ".." and parts:
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts) or "."


def _anchors(text: str) -> set[str]:
    """Make anchors of headings as GitHub does."""
    headings = (heading.strip().lower() for heading in _HEADING.findall(_FENCE.sub("", text)))
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in headings}


def undocumented(page: Source, names: Collection[str], *, prefix: str = "") -> Iterator[str]:
    """Find names that the page mentions neither as `PREFIX_NAME` nor as `NAME`."""
    for name in sorted(names):
        if not {f"`{name}`", f"`{prefix}{name}`"}.intersection(re.findall(r"`[^`]+`", page.text)):
            yield f"{page.path}: {prefix}{name} is not documented"
