"""Active rules compiled: from a record's JSON to the texts its rules compare, and their keys.

Every leaf of an exact rule is an equality, so a record's texts under a rule are one tuple, and
two records satisfy the rule exactly when their tuples are equal. A key is a 64-bit hash of the
tuple: an index for finding candidates, nothing more; the tuples are compared again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import blake2b
from typing import Any, Literal, TypeAlias

import msgspec

from tieout_contracts.config_events import SignMode
from tieout_contracts.record import Side
from tieout_matcher.domain.canonical import Text, amount_text, path_getter, text_of, transformer
from tieout_matcher.domain.rule import Leaf, Rule, Transform

Texts: TypeAlias = tuple[str, ...]
# What a record says under each rule, in rule order; None where a value is missing.
Getter = Callable[[Any], Text]

_SEPARATOR = "\x1f"
_BASE = [
    ("amount_minor", str),
    ("exponent", int),
    ("currency", str),
    ("direction", Literal["credit", "debit"]),
    ("date", str),
]
_BASE_NAMES = frozenset(name for name, _ in _BASE)


class FieldsError(ValueError):
    """A record's fields that no rule can read; the record is refused."""


@dataclass(frozen=True, kw_only=True)
class CompiledRule:
    rule: Rule
    getters_a: tuple[Getter, ...]
    getters_b: tuple[Getter, ...]


@dataclass(frozen=True, kw_only=True)
class RuleSet:
    """The active rules of one reconciliation in priority order, ready to run."""

    rules: tuple[CompiledRule, ...]
    sign_mode: SignMode
    decode: Callable[[bytes], Any]

    def texts(self, fields: bytes, side: Side) -> tuple[Texts | None, ...]:
        """Read what a record of `side` says under each rule; raises FieldsError."""
        try:
            decoded = self.decode(fields)
        except (msgspec.MsgspecError, ValueError) as error:
            raise FieldsError(f"fields are not readable: {error}") from error
        money = (decoded.currency, _amount(decoded, side, self.sign_mode))
        return tuple(_texts(decoded, money, one, side) for one in self.rules)


def compile_rules(rules: Sequence[Rule], *, sign_mode: SignMode) -> RuleSet:
    """Compile active rules; proposed ones never match and are left out."""
    active = sorted(
        (one for one in rules if one.status == "active"),
        key=lambda one: (one.priority, one.rule_id),
    )
    compiled = tuple(
        CompiledRule(
            rule=one,
            getters_a=tuple(_getter(leaf.key, leaf.key_transforms) for leaf in _compared(one)),
            getters_b=tuple(_getter(leaf.value, leaf.value_transforms) for leaf in _compared(one)),
        )
        for one in active
    )
    leaves = [leaf for one in active for leaf in _compared(one)]
    used = {name.partition(".")[0] for leaf in leaves for name in (leaf.key, leaf.value)}
    return RuleSet(rules=compiled, sign_mode=sign_mode, decode=_decoder(used))


def key_of(rule: Rule, *, side: Side, texts: Texts) -> int:
    """Hash texts to the key under which an open entry of `side` is found (signed 64 bits)."""
    content = _SEPARATOR.join((str(rule.rule_id), str(rule.version), *texts))
    number = int.from_bytes(blake2b(content.encode(), digest_size=8).digest(), signed=True)
    return number if side == "A" else ~number


def other_side(side: Side) -> Side:
    return "B" if side == "A" else "A"


def _compared(rule: Rule) -> list[Leaf]:
    """Leave out what every rule implies: one currency, and the amount compared as money."""
    return [leaf for leaf in rule.leaves if leaf.key != "amount"]


def _decoder(used: set[str]) -> Callable[[bytes], Any]:
    """Decode only the fields that the rules use; the base fields are always checked."""
    optional: list[tuple[str, Any, Any]] = [
        (name, str | None, None) for name in sorted(used - _BASE_NAMES - {"metadata"})
    ]
    if "metadata" in used:
        optional.append(("metadata", dict[str, Any], msgspec.field(default_factory=dict)))
    shape = msgspec.defstruct("UsedFields", [*_BASE, *optional], frozen=True)
    return msgspec.json.Decoder(shape, float_hook=Decimal).decode


def _amount(decoded: Any, side: Side, sign_mode: SignMode) -> str:
    digits = decoded.amount_minor
    if not (digits.isascii() and digits.isdigit()):
        raise FieldsError(f"amount_minor is not a number: {digits[:60]!r}")
    signed = int(digits) if decoded.direction == "credit" else -int(digits)
    if sign_mode == "absolute":
        signed = abs(signed)
    elif sign_mode == "opposite" and side == "B":
        signed = -signed
    return amount_text(signed_minor=signed, exponent=decoded.exponent)


def _texts(decoded: Any, money: Texts, rule: CompiledRule, side: Side) -> Texts | None:
    texts = list(money)
    for getter in rule.getters_a if side == "A" else rule.getters_b:
        text = getter(decoded)
        if text is None:
            return None
        texts.append(text)
    return tuple(texts)


def _getter(field: str, transforms: tuple[Transform, ...]) -> Getter:
    read = _reader(field)
    if not transforms:
        return read
    transform = transformer(transforms)

    def transformed(decoded: Any) -> Text:
        text = read(decoded)
        return None if text is None else transform(text)

    return transformed


def _reader(field: str) -> Getter:
    name, _, path = field.partition(".")
    if not path:
        return lambda decoded: getattr(decoded, name) or None
    follow = path_getter(path)
    return lambda decoded: text_of(follow(decoded.metadata))
