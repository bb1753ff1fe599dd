"""Requests for every operation that the gateway's OpenAPI document describes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

_PLACE = re.compile(r"/([\w-]+)/\{\w+\}")
_CSV = "date,amount,currency,direction\n2026-01-05,12.34,EUR,credit\n"
# Members of a query or body that name an object of the organisation → the kind of object.
_NAMED = {
    "data_stream_key": "data_streams",
    "data_stream_id": "stream numbers",
    "side_a_stream_ids": "stream numbers",
    "side_b_stream_ids": "other stream numbers",
    "reconciliation_id": "reconciliations",
    "reconciliation_match_id": "reconciliation_matches",
    "import_batch_id": "import_batches",
    "bulk_request_id": "bulk_requests",
    "record_ids": "records",
    "external_id": "external ids",
    "account_id": "users",
    "user_id": "users",
    "webhook_endpoint_id": "webhook_endpoints",
    "user_ids": "users",
    "ledger_id": "ledgers",
    "source_entry_ids": "items",
    "ledger_entry_ids": "general entries",
}
_IS_A_NAME = re.compile(r".*_(id|ids|key)")
# Objects by the path segment before their place, and by the kinds above.
Objects = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Operation:
    method: str
    path: str
    described: dict[str, Any]
    schemas: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def places(self) -> list[str]:
        """The kinds of object that the path names, in order."""
        return [self._kind(segment) for segment in _PLACE.findall(self.path)]

    def _kind(self, segment: str) -> str:
        """Name the kind of object in a place; runs and matches of a ledger are others."""
        own = self.path.startswith("/v1/ledgers/reconciliation/") and segment in ("runs", "matches")
        return f"ledger {segment}" if own else segment

    @property
    def filters(self) -> list[str]:
        """The query parameters that name an object."""
        named = [one["name"] for one in self.described["parameters"] if one.get("in") == "query"]
        return [name for name in named if _IS_A_NAME.fullmatch(name)]

    @property
    def example(self) -> Any:
        """The example of a JSON body, None where there is none."""
        bodies = self.described.get("requestBody", {}).get("content", {})
        return bodies.get("application/json", {}).get("example")

    @property
    def members(self) -> set[str]:
        """The members of a body, by name."""
        bodies = self.described.get("requestBody", {}).get("content", {}).values()
        return {name for body in bodies for name in self._resolved(body["schema"])}

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        named = schema.get("$ref", "").rpartition("/")[2]
        return (self.schemas[named] if named else schema).get("properties", {})

    def address(self, *objects: Objects) -> str:
        """Fill the places; the n-th from the n-th objects, further ones from the last.

        Raises KeyError for a kind that nobody has an object of: add one.
        """
        sources = iter(objects)
        source: Objects = {}

        def fill(place: re.Match[str]) -> str:
            nonlocal source
            source = next(sources, source)
            return f"/{place[1]}/{source[self._kind(place[1])]}"

        return _PLACE.sub(fill, self.path)

    def content(self, objects: Objects) -> dict[str, Any]:
        """Make the body of the operation's example, naming these objects."""
        bodies = self.described.get("requestBody", {}).get("content", {})
        if "multipart/form-data" in bodies:
            return {"files": {"file": ("a.csv", _CSV)}}
        return {"json": naming(self.example, objects)} if bodies else {}

    async def ask(
        self, client: httpx2.AsyncClient, *objects: Objects, **params: Any
    ) -> httpx2.Response:
        content = self.content(objects[-1])
        return await client.request(self.method, self.address(*objects), params=params, **content)


async def operations_of(client: httpx2.AsyncClient) -> list[Operation]:
    document = (await client.get("/openapi.json")).json()
    schemas = document["components"]["schemas"]
    return [
        Operation(method=method.upper(), path=path, described=described, schemas=schemas)
        for path, item in document["paths"].items()
        for method, described in item.items()
    ]


def named_by(parameter: str, objects: Objects) -> Any:
    """Give the object that a member of that name names; raises KeyError for an unknown name."""
    return objects[_NAMED[parameter]]


def naming(example: Any, objects: Objects) -> Any:
    """Put these objects' names into a body, wherever it names any; metadata is free text."""
    if isinstance(example, list):
        return [naming(one, objects) for one in example]
    if not isinstance(example, dict):
        return example
    return {name: _named(name, value, objects) for name, value in example.items()}


def names_an_object(body: Any) -> bool:
    return any(name in _NAMED for name in _members(body))


def _named(name: str, value: Any, objects: Objects) -> Any:
    if name == "metadata" or not _IS_A_NAME.fullmatch(name):
        return value if name == "metadata" else naming(value, objects)
    return [named_by(name, objects)] if isinstance(value, list) else named_by(name, objects)


def _members(body: Any) -> Iterator[str]:
    if isinstance(body, list):
        for one in body:
            yield from _members(one)
    elif isinstance(body, dict):
        for name, value in body.items():
            yield name
            yield from _members(value)
