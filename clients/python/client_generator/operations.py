"""Modules of resources: one method an operation, for threads and for tasks."""

from collections.abc import Mapping
from dataclasses import dataclass

from client_generator.annotations import annotation, model_name, or_omitted, snake
from client_generator.document import Document, Member, Operation, ref_of, refs_in
from client_generator.models import imported
from client_generator.pages import PageForm, page_form
from client_generator.places import Resource
from client_generator.prose import HEADER, bullet, docstring

_IMPORTS = """\
import datetime as dt
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from tieout_client.following import Followed
from tieout_client.omitted import OMIT, Omit
from tieout_client.paging import Paging, by_cursor, by_offset
from tieout_client.request import Request, segment
from tieout_client.upload import File, upload_of
"""


@dataclass(frozen=True, kw_only=True)
class Flavour:
    """What differs between the two clients."""

    package: str
    prefix: str
    definition: str
    wait: str
    iterator: str
    generator: str
    sender_module: str


SYNC = Flavour(
    package="resources",
    prefix="",
    definition="def",
    wait="",
    iterator="Iterator",
    generator="Generator[{}, None, None]",
    sender_module="sender",
)
ASYNC = Flavour(
    package="async_resources",
    prefix="Async",
    definition="async def",
    wait="await ",
    iterator="AsyncIterator",
    generator="AsyncGenerator[{}, None]",
    sender_module="async_sender",
)


def resource_module(
    resource: Resource, document: Document, home: Mapping[str, str], flavour: Flavour
) -> str:
    """Write one resource's class with its methods."""
    methods = [
        text
        for name, operation in resource.operations.items()
        for text in _methods(name, operation, document, flavour)
    ]
    sender = f"{flavour.prefix}Sender"
    return "\n".join(
        [
            HEADER + _IMPORTS,
            f"from tieout_client.{flavour.sender_module} import {sender}",
            f"from tieout_client.streamed import {flavour.prefix}Streamed",
            *(imported(name, home) for name in _mentioned(resource, document)),
            f"\n\nclass {flavour.prefix}{resource.class_name}:",
            f"    def __init__(self, sender: {sender}) -> None:",
            "        self._sender = sender\n",
            *methods,
        ]
    )


def _mentioned(resource: Resource, document: Document) -> list[str]:
    found: set[str] = set()
    for one in resource.operations.values():
        found |= {name for member in one.body or () for name in refs_in(member.schema)}
        found |= {name for answer in (*one.answers, one.events) for name in refs_in(answer)}
        form = page_form(one, document)
        found |= set() if form is None else {form.item}
    return sorted(found)


def _methods(name: str, operation: Operation, document: Document, flavour: Flavour) -> list[str]:
    form = page_form(operation, document)
    methods = [_method(name, operation, flavour)]
    if form is not None:
        methods.append(_iterating(name, operation, form, flavour))
    return methods


def _method(name: str, operation: Operation, flavour: Flavour) -> str:
    answer, call = _answered(operation, flavour)
    is_plain = operation.is_streamed or operation.events is not None
    definition = "def" if is_plain else flavour.definition
    wait = "" if is_plain else flavour.wait
    result = "" if answer == "None" else "return "
    text = _signature(name, operation, (), definition=definition, answer=answer)
    text += _said(operation.summary, operation, ())
    return text + f"        {result}{wait}self._sender.{call}{_request(operation, ())})\n"


def _answered(operation: Operation, flavour: Flavour) -> tuple[str, str]:
    """Say the type that is returned, and the sender's method with its first argument."""
    if operation.is_streamed:
        return f"{flavour.prefix}Streamed", "streamed("
    if operation.events is not None:
        event = annotation(operation.events, given=False)
        return flavour.generator.format(f"Followed[{event}]"), f"followed({event}, "
    schemas = [answer for answer in operation.answers if answer is not None]
    if not schemas:
        return "None", "nothing("
    if any(schema != schemas[0] for schema in schemas):
        raise ValueError(f"{operation.id}: its answers have several shapes")
    if schemas[0].get("type") == "array":
        item = annotation(schemas[0]["items"], given=False)
        return f"Sequence[{item}]", f"many({item}, "
    kind = model_name(ref_of(schemas[0]) or "")
    if len(schemas) < len(operation.answers):
        return f"{kind} | None", f"maybe({kind}, "
    return kind, f"one({kind}, "


def _iterating(name: str, operation: Operation, form: PageForm, flavour: Flavour) -> str:
    item = model_name(form.item)
    named = "iterate" if name == "list" else f"iterate_{name.removeprefix('list_')}"
    named = form.method or named
    text = _signature(
        named, operation, form.place, definition="def", answer=f"{flavour.iterator}[{item}]"
    )
    said = f"Give what `{name}` lists one by one, over all pages; `limit` is the size of a page"
    text += _said(said, operation, form.place)
    page = model_name(ref_of(operation.answers[0] or {}) or "")
    paging = f"Paging(page={page}, items=lambda page: page.{form.items}, onward={form.onward})"
    return text + f"        return self._sender.each({paging}, {_request(operation, form.place)})\n"


def _signature(
    name: str, operation: Operation, without: tuple[str, ...], *, definition: str, answer: str
) -> str:
    positional = [
        f"{snake(one.name)}: {annotation(one.schema, given=True)}"
        for one in operation.path_parameters
    ]
    named = [_field(one) for one in _fields(operation)]
    named += [_parameter(one) for one in operation.query if one.name not in without]
    if operation.is_upload:
        named = ["file: File", "filename: str | None = None", *named]
    named += [_parameter(one) for one in operation.headers]
    if operation.writes:
        named.append("idempotency_key: str | None = None")
    named.append("request_id: str | None = None")
    arguments = ", ".join(["self", *positional, "*", *named])
    return f"    {definition} {name}({arguments},) -> {answer}:\n"


def _fields(operation: Operation) -> list[Member]:
    """Give the members of a body; those of an upload without the file, and the header's key."""
    beside = {"file", "idempotency_key"} if operation.is_upload else {"idempotency_key"}
    return [one for one in operation.body or () if one.name not in beside]


def _field(member: Member) -> str:
    """Write a member of a body, in which null says something else than nothing."""
    kind = annotation(member.schema, given=True)
    written = f"{snake(member.name)}: "
    return written + (kind if member.required else f"{or_omitted(kind)} = OMIT")


def _parameter(member: Member) -> str:
    """Write a member of a query, which has no null."""
    kind = annotation(member.schema, given=True)
    return f"{snake(member.name)}: {kind}" + ("" if member.required else " | None = None")


def _said(summary: str, operation: Operation, without: tuple[str, ...]) -> str:
    bullets = [
        bullet(snake(one.name), one.description)
        for one in (*_fields(operation), *operation.query)
        if one.description and one.name not in without
    ]
    return docstring(summary, operation.description, "\n".join(bullets), depth=8)


def _request(operation: Operation, without: tuple[str, ...]) -> str:
    path = operation.path
    for one in operation.path_parameters:
        path = path.replace(f"{{{one.name}}}", f"{{segment({snake(one.name)})}}")
    prefix = "f" if operation.path_parameters else ""
    query = [one for one in operation.query if one.name not in without]
    arguments = [f'method="{operation.method.upper()}"', f'path={prefix}"{path}"']
    if query:
        arguments.append(f"query={_mapping(query)}")
    if operation.body is not None:
        arguments.append(f"body={_mapping(_fields(operation))}")
    if operation.is_upload:
        arguments.append("upload=upload_of(file, filename)")
    arguments += [f"{snake(one.name)}={snake(one.name)}" for one in operation.headers]
    if operation.writes:
        arguments += ["writes=True", "idempotency_key=idempotency_key"]
    arguments.append("request_id=request_id")
    return f"Request({', '.join(arguments)})"


def _mapping(members: list[Member]) -> str:
    return "{" + ", ".join(f'"{one.name}": {snake(one.name)}' for one in members) + "}"
