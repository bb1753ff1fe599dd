"""The transforms of a condition as a caller writes them; `canonical.py` carries them out."""

from collections.abc import Collection, Mapping
from typing import Any

from tieout_matcher.domain.rule import RuleError, Transform
from tieout_matcher.domain.whole_numbers import is_whole

TRANSFORMS = frozenset(
    {"lowercase", "uppercase", "alphanumeric_only", "digits_only", "first_n_chars"}
)
MAX_TRANSFORMS = 16
MAX_CHARACTERS = 10_000
Steps = tuple[Transform, ...]


def read_transforms(given: Any, path: str) -> tuple[Steps, Steps]:
    """Read `{"key": T, "value": T}` to the transforms of both sides; raises RuleError."""
    sides = _members(given, path, known={"key", "value"}, what="transforms")
    key, value = (_read_side(sides.get(name), f"{path}.{name}") for name in ("key", "value"))
    return key, value


def _read_side(given: Any, path: str) -> Steps:
    """Read a transform's name, its object or a list of these, applied left to right."""
    if given is None:
        return ()
    if not isinstance(given, list):
        return (_read_transform(given, path),)
    if len(given) > MAX_TRANSFORMS:
        raise RuleError(path, f"holds at most {MAX_TRANSFORMS} transforms")
    return tuple(_read_transform(one, f"{path}[{index}]") for index, one in enumerate(given))


def _read_transform(given: Any, path: str) -> Transform:
    described = {"name": given} if isinstance(given, str) else given
    described = _members(described, path, known={"name", "args"}, what="a transform")
    name = described.get("name")
    if not isinstance(name, str) or name not in TRANSFORMS:
        raise RuleError(path, f"is one of {', '.join(sorted(TRANSFORMS))}")
    known = {"n"} if name == "first_n_chars" else set()
    arguments = _members(described.get("args"), f"{path}.args", known=known, what=name)
    if not known:
        return Transform(name=name)
    length = arguments.get("n")
    if not is_whole(length, 1, MAX_CHARACTERS):
        raise RuleError(f"{path}.args.n", f"is a whole number from 1 to {MAX_CHARACTERS}")
    return Transform(name=name, length=length)


def _members(given: Any, path: str, *, known: Collection[str], what: str) -> Mapping[str, Any]:
    """Return the members of an object that may be left out; raises RuleError for others."""
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise RuleError(path, "is an object")
    for name in given:
        if name not in known:
            raise RuleError(f"{path}.{name}", f"is not part of {what}")
    return given
