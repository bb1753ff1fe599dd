"""Active rules compiled: from a record's JSON to the texts its rules compare, and their keys.

Every leaf of an exact rule is an equality, so what a record says under one of the rule's
alternatives is one text, and two records satisfy it exactly when their texts are equal. A key is
a 64-bit hash of the text: an index for finding candidates, nothing more; the texts are compared
again.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from hashlib import blake2b
from itertools import accumulate, pairwise, starmap
from operator import attrgetter
from typing import Any, Literal

import msgspec

from tieout_contracts.config_events import SignMode
from tieout_contracts.money import MAX_DIGITS, MAX_EXPONENT
from tieout_contracts.record import Side
from tieout_matcher.domain.alternatives import Alternative, alternatives
from tieout_matcher.domain.canonical import Text, amount_text, path_getter, text_of, transformer
from tieout_matcher.domain.rule import Leaf, Rule, Transform

Getter = Callable[[Any], Text]
Reader = Callable[[Any], tuple[Text, ...]]

SEPARATOR = "\x1f"
HASH_BYTES = 8
_BASE: list[Any] = [
    ("amount_minor", str),
    ("exponent", int),
    ("currency", str),
    ("direction", Literal["credit", "debit"]),
    ("date", str),
    ("status", str, "posted"),
]
_BASE_NAMES = frozenset(one[0] for one in _BASE)


class FieldsError(ValueError):
    """A record's fields that no rule can read; the record is refused."""


@dataclass(frozen=True, kw_only=True)
class CompiledAlternative:
    """One alternative of a rule: how to read, on each side, what its leaves compare.

    `prefix_hash` has taken what comes before each text, so that each version's alternatives have
    keys of their own; going on with a copy of it takes half the time of a new hash.
    """

    prefix_hash: Any
    read_a: Reader
    read_b: Reader

    def hashed(self, text: str) -> int:
        """Hash a text to 64 bits."""
        hashing = self.prefix_hash.copy()
        hashing.update(text.encode())
        return int.from_bytes(hashing.digest(), signed=True)


@dataclass(frozen=True, kw_only=True)
class CompiledRule:
    """A rule and its alternatives: it holds when one of them does."""

    rule: Rule
    alternatives: tuple[CompiledAlternative, ...]


@dataclass(frozen=True, kw_only=True)
class RuleSet:
    """The active rules of one reconciliation in priority order, ready to run.

    `alternatives` are those of all rules in that order: a record has a text and a hash for each.
    """

    rules: tuple[CompiledRule, ...]
    sign_mode: SignMode
    decode: Callable[[bytes], Any]

    @cached_property
    def alternatives(self) -> tuple[CompiledAlternative, ...]:
        return tuple(way for one in self.rules for way in one.alternatives)

    @cached_property
    def turns(self) -> tuple[range, ...]:
        """The places of each rule's alternatives."""
        ends = list(accumulate(len(one.alternatives) for one in self.rules))
        return tuple(starmap(range, pairwise([0, *ends])))

    @cached_property
    def silent(self) -> tuple[Text, ...]:
        """What an entry says that must not be decided on arrival: nothing by any alternative."""
        return (None,) * len(self.alternatives)

    def hashes(self, texts: tuple[Text, ...]) -> tuple[int | None, ...]:
        """Hash what a record says by each alternative, to 64 bits, the same for both sides."""
        return tuple(
            [
                None if one is None else way.hashed(one)
                for way, one in zip(self.alternatives, texts, strict=True)
            ]
        )

    def texts(self, fields: bytes, side: Side) -> tuple[Text, ...]:
        """Read what a record of `side` says by each alternative; raises FieldsError.

        A pending one says nothing: its matches are only suggested, and arrival accepts.
        """
        try:
            decoded = self.decode(fields)
        except (msgspec.MsgspecError, ValueError) as error:
            raise FieldsError(str(error)) from error
        money = (decoded.currency, _amount(decoded, side, self.sign_mode))
        if decoded.status == "pending":
            return (None,) * len(self.alternatives)
        said: list[Text] = []
        for one in self.alternatives:
            compared = one.read_a(decoded) if side == "A" else one.read_b(decoded)
            missing = None in compared or "" in compared
            said.append(None if missing else _joined(money + compared))
        return tuple(said)


def compile_rules(rules: Sequence[Rule], *, sign_mode: SignMode) -> RuleSet:
    """Compile active rules that decide on arrival; proposed ones never match and are left out.

    Raises ValueError for a rule that has anything but equalities: compiled it would say less.
    """
    active = sorted(
        (one for one in rules if one.status == "active"),
        key=lambda one: (one.priority, one.rule_id),
    )
    for one in active:
        if not one.decides_on_arrival:
            raise ValueError(f"rule {one.rule_id} is tried in passes and has no texts to compare")
    spelled = [(one, [_compared(way) for way in alternatives(one.condition)]) for one in active]
    leaves = [leaf for _, ways in spelled for way in ways for leaf in way]
    used = {name.partition(".")[0] for leaf in leaves for name in (leaf.key, leaf.value)}
    return RuleSet(
        rules=tuple(
            CompiledRule(
                rule=rule, alternatives=tuple(_compiled(rule, *one) for one in enumerate(ways))
            )
            for rule, ways in spelled
        ),
        sign_mode=sign_mode,
        decode=_decoder(frozenset(used)),
    )


def _compiled(rule: Rule, number: int, leaves: Sequence[Leaf]) -> CompiledAlternative:
    names = [rule.rule_id, rule.version, *([number] if number else [])]
    prefix = "".join(f"{name}{SEPARATOR}" for name in names)
    return CompiledAlternative(
        prefix_hash=blake2b(prefix.encode(), digest_size=HASH_BYTES),
        read_a=_reader([(leaf.key, leaf.key_transforms) for leaf in leaves]),
        read_b=_reader([(leaf.value, leaf.value_transforms) for leaf in leaves]),
    )


def _joined(texts: tuple[str, ...]) -> str:
    """Make one text of several, so that different ones stay different whatever they hold."""
    joined = SEPARATOR.join(texts)
    # JSON has no control characters: this cannot be another tuple's joined texts.
    return joined if joined.count(SEPARATOR) == len(texts) - 1 else json.dumps(texts)


def key_of(hashed: int, side: Side) -> int:
    """Return the key under which an open entry of `side` with this hash is found."""
    return hashed if side == "A" else ~hashed


def other_side(side: Side) -> Side:
    return "B" if side == "A" else "A"


def _compared(way: Alternative) -> list[Leaf]:
    """Leave out what every alternative implies: one currency, the amount compared as money."""
    return [leaf for leaf in way if leaf.key != "amount"]


@lru_cache(maxsize=256)
def _decoder(used: frozenset[str]) -> Callable[[bytes], Any]:
    """Decode only the fields that the rules use; the base fields are always checked.

    Kept for the next rule set with the same fields: making one takes longer than compiling rules.
    """
    optional: list[Any] = [
        (name, str | None, None) for name in sorted(used - _BASE_NAMES - {"metadata"})
    ]
    if "metadata" in used:
        optional.append(("metadata", dict[str, Any], msgspec.field(default_factory=dict)))
    shape = msgspec.defstruct("UsedFields", [*_BASE, *optional], frozen=True)
    return msgspec.json.Decoder(shape, float_hook=Decimal).decode


def _amount(decoded: Any, side: Side, sign_mode: SignMode) -> str:
    digits = decoded.amount_minor
    if not (digits.isascii() and digits.isdigit() and len(digits) <= MAX_DIGITS):
        raise FieldsError(f"amount_minor is no number of up to 38 digits: {digits[:60]!r}")
    if not 0 <= decoded.exponent <= MAX_EXPONENT:
        raise FieldsError(f"exponent {decoded.exponent} is outside 0 to {MAX_EXPONENT}")
    signed = int(digits) if decoded.direction == "credit" else -int(digits)
    if sign_mode == "absolute":
        signed = abs(signed)
    elif sign_mode == "opposite" and side == "B":
        signed = -signed
    return amount_text(signed_minor=signed, exponent=decoded.exponent)


def _reader(fields: Sequence[tuple[str, tuple[Transform, ...]]]) -> Reader:
    """Read several fields at once; plain ones without transforms by one C call."""
    if not fields:
        return lambda _: ()
    if len(fields) > 1 and all("." not in name and not transforms for name, transforms in fields):
        plain: Reader = attrgetter(*(name for name, _ in fields))
        return plain
    getters = [_getter(name, transforms) for name, transforms in fields]
    return lambda decoded: tuple([getter(decoded) for getter in getters])


def _getter(field: str, transforms: tuple[Transform, ...]) -> Getter:
    read = _field_getter(field)
    if not transforms:
        return read
    transform = transformer(transforms)

    def transformed(decoded: Any) -> Text:
        text = read(decoded)
        return None if text is None else transform(text)

    return transformed


def _field_getter(field: str) -> Getter:
    name, _, path = field.partition(".")
    if not path:
        return attrgetter(name)
    follow = path_getter(path)
    return lambda decoded: text_of(follow(decoded.metadata))
