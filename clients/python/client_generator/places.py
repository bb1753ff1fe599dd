"""Which file holds what: a resource's operations, and the models it is the first to need."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from client_generator.document import Document, Operation, refs_in
from client_generator.naming import place_of


@dataclass(frozen=True, kw_only=True)
class Resource:
    """`path` from the client on, such as `lerian.exceptions`; operations by method name."""

    path: str
    operations: Mapping[str, Operation]

    @property
    def module(self) -> str:
        return self.path.replace(".", "_")

    @property
    def class_name(self) -> str:
        return "".join(word.capitalize() for word in self.module.split("_")) + "Resource"


def resources_of(document: Document) -> list[Resource]:
    """Group the operations, in the document's order. Two of one name are an error."""
    found: dict[str, dict[str, Operation]] = {}
    for operation in document.operations:
        path, _, method = place_of(operation).rpartition(".")
        named = found.setdefault(path, {})
        if method in named:
            raise ValueError(f"{operation.id} and {named[method].id} are both {path}.{method}")
        named[method] = operation
    return [Resource(path=path, operations=named) for path, named in found.items()]


def models_by_module(document: Document, resources: Sequence[Resource]) -> dict[str, list[str]]:
    """Give each schema to the first resource that needs it, what it mentions before it.

    So a module of models imports only from those of resources before its own.
    """
    placed: set[str] = set()
    modules: dict[str, list[str]] = {}
    for resource in resources:
        mine = modules.setdefault(resource.module, [])
        for operation in resource.operations.values():
            for name in _needed(operation):
                _place(name, document, placed, mine)
    return {module: names for module, names in modules.items() if names}


def _needed(operation: Operation) -> list[str]:
    """Name what a caller gives or is given as an object; the body itself is arguments."""
    given = [name for member in operation.body or () for name in refs_in(member.schema)]
    return given + [
        name for answer in (*operation.answers, operation.events) for name in refs_in(answer)
    ]


def _place(name: str, document: Document, placed: set[str], mine: list[str]) -> None:
    if name in placed:
        return
    placed.add(name)
    for mentioned in refs_in(document.schemas[name]):
        _place(mentioned, document, placed, mine)
    mine.append(name)
