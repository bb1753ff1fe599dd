"""A field's canonical string: what rules compare, hash and transform.

Numbers and dates have one spelling each; a missing or empty value is None, and None equals
nothing. Source: semantics of rules (docs).
"""

import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from tieout_matcher.domain.rule import Transform

Text = str | None
_SMALL = 10**18
_PLAIN_PLACES = 64  # 1e64 is written out, 1e65 is not: a number's text is no longer than its JSON


def amount_text(*, signed_minor: int, exponent: int) -> str:
    """Spell a signed amount so that equal amounts are equal texts at any exponent."""
    if exponent == 0 or signed_minor % 10:
        return f"{signed_minor}e-{exponent}"
    while exponent and not signed_minor % 10:
        signed_minor //= 10
        exponent -= 1
    return f"{signed_minor}e-{exponent}"


def text_of(value: Any) -> Text:
    """Spell any JSON value; None, the empty text, objects and lists are missing."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and -_SMALL < value < _SMALL:
        return str(value)
    if isinstance(value, int | Decimal):
        return _number_text(Decimal(value))
    return None


def _number_text(number: Decimal) -> str:
    """Spell a number exactly; with an exponent where plain digits would run long."""
    sign, digits, exponent = number.as_tuple()
    written = "".join(map(str, digits)).lstrip("0")
    kept = written.rstrip("0")
    if not kept or not isinstance(exponent, int):
        return "0"
    exponent += len(written) - len(kept)
    text = f"{'-' if sign else ''}{kept}e{exponent}"
    return format(Decimal(text), "f") if -_PLAIN_PLACES <= exponent <= _PLAIN_PLACES else text


def path_getter(path: str) -> Callable[[Mapping[str, Any]], Any]:
    """Follow a dotted path into metadata; an exact key with dots in it comes first."""
    steps = path.split(".")

    def follow(metadata: Mapping[str, Any]) -> Any:
        if path in metadata:
            return metadata[path]
        found: Any = metadata
        for step in steps:
            if not isinstance(found, Mapping):
                return None
            found = found.get(step)
        return found

    return follow


def transformer(transforms: tuple[Transform, ...]) -> Callable[[str], Text]:
    """Compose transforms, left to right; what leaves nothing is missing."""
    steps = [_step(one) for one in transforms]

    def apply(text: str) -> Text:
        for step in steps:
            text = step(text)
        return text or None

    return apply


def _step(transform: Transform) -> Callable[[str], str]:
    if transform.name == "first_n_chars":
        length = transform.length
        return lambda text: text[:length]
    return _STEPS[transform.name]


def _alphanumeric_only(text: str) -> str:
    return "".join(one for one in text if one.isascii() and one.isalnum())


def _digits_only(text: str) -> str:
    return "".join(one for one in text if one.isascii() and one.isdigit())


def _lowercase(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).lower())


def _uppercase(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).upper())


_STEPS: Mapping[str, Callable[[str], str]] = {
    "lowercase": _lowercase,
    "uppercase": _uppercase,
    "alphanumeric_only": _alphanumeric_only,
    "digits_only": _digits_only,
}
