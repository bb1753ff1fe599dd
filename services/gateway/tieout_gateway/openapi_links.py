"""Links: what an answer names, and the operations that take it (OpenAPI 3.1, section 4.8.20).

Every place of a path is filled by a link: from the answer that makes the object and from the list
that shows it, which are those of the path before the place; where they are others, `_MAKERS`
names them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

Json = dict[str, Any]
_PLACE = re.compile(r"\{(\w+)\}")
_REF = "#/components/schemas/"
_LISTS = ("data", "items")


class Maker(NamedTuple):
    """An operation whose successful answer names an object, and where in it."""

    method: str
    path: str
    pointer: str


_STREAM = "/v1/data_streams/{key}"
_RECONCILIATION = "/v1/reconciliations/{id}"
_LEDGERS = "/v1/ledgers/reconciliation"
_LEDGER_RUN = f"{_LEDGERS}/runs/{{runID}}"
# Objects that are not made and listed at the path before their place.
_MAKERS: Mapping[str, Sequence[Maker]] = {
    f"{_STREAM}/operations/{{id}}": (
        Maker("post", f"{_STREAM}/reset", "/id"),
        Maker("delete", _STREAM, "/id"),
    ),
    "/v1/import_batches/{id}": (
        Maker("post", f"{_STREAM}/imports", "/id"),
        Maker("get", f"{_STREAM}/import_batches", "/data/0/id"),
    ),
    "/v1/bulk_requests/{id}": (
        Maker("post", "/v1/records/bulk", "/id"),
        Maker("post", "/v1/bulk_requests/{id}/retry", "/id"),
        Maker("get", "/v1/bulk_requests", "/data/0/id"),
    ),
    f"{_RECONCILIATION}/records/{{record_id}}": (
        Maker("get", f"{_RECONCILIATION}/entries", "/data/0/id"),
    ),
    "/v1/reconciliation-cases/{caseId}": (
        Maker("get", "/v1/reconciliation-cases", "/items/0/case/id"),
    ),
    f"{_LEDGER_RUN}/sources/{{fileID}}": (
        Maker("post", f"{_LEDGER_RUN}/sources/upload", "/source_file/id"),
        Maker("get", f"{_LEDGER_RUN}/sources", "/data/0/id"),
    ),
    f"{_LEDGERS}/matches/{{matchID}}": (
        Maker("post", f"{_LEDGER_RUN}/manual-match", "/id"),
        Maker("get", f"{_LEDGER_RUN}/matches", "/data/0/id"),
    ),
    f"{_LEDGERS}/items/{{itemID}}": (Maker("get", f"{_LEDGER_RUN}/items", "/data/0/id"),),
}


def add_links(document: Json) -> None:
    """Link every answer that names an object to the operations at its place, in place."""
    paths: Json = document["paths"]
    for place, targets in _targets(paths).items():
        for maker in _MAKERS.get(place) or _makers(place, paths, document["components"]["schemas"]):
            answers = paths[maker.path][maker.method]["responses"]
            for status, answer in answers.items():
                if status.startswith("2") and "content" in answer:
                    answer.setdefault("links", {}).update(_links(place, targets, maker))


def _targets(paths: Json) -> dict[str, list[str]]:
    """Name the operations by the path up to their last place."""
    found: dict[str, list[str]] = {}
    for path, item in paths.items():
        if "{" in path:
            place = path[: path.rindex("}") + 1]
            found.setdefault(place, []).extend(one["operationId"] for one in item.values())
    return found


def _makers(place: str, paths: Json, schemas: Json) -> Iterator[Maker]:
    """Find who makes and who lists the objects of a place: the path before it."""
    path, _, name = place.rpartition("/")
    member = "/key" if name == "{key}" else "/id"
    item = paths.get(path, {})
    if "post" in item:
        yield Maker("post", path, member)
    if "get" in item:
        yield Maker("get", path, _first_of(_shape_of(item["get"], schemas)) + member)


def _shape_of(operation: Json, schemas: Json) -> Json:
    schema: Json = operation["responses"]["200"]["content"]["application/json"]["schema"]
    return schemas[schema["$ref"].removeprefix(_REF)] if "$ref" in schema else schema


def _first_of(page: Json) -> str:
    """Point to the first object of a list, or of a page of it."""
    if page["type"] == "array":
        return "/0"
    (member,) = set(_LISTS) & set(page["properties"])
    return f"/{member}/0"


def _links(place: str, targets: Sequence[str], maker: Maker) -> Json:
    """Fill the last place from the answer, those before it from the path that was asked."""
    *before, last = _PLACE.findall(place)
    parameters = {name: f"$request.path.{name}" for name in before}
    parameters[last] = f"$response.body#{maker.pointer}"
    return {target: {"operationId": target, "parameters": parameters.copy()} for target in targets}
