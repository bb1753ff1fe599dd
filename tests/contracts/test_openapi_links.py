"""The links of the OpenAPI document: whoever follows them can reach every operation."""

from collections.abc import Iterator
from typing import Any

from fixtures.openapi import DOCUMENT

OPERATIONS = {
    described["operationId"]: (path, described)
    for path, item in DOCUMENT["paths"].items()
    for described in item.values()
}
BODY, PATH = "$response.body#/", "$request.path."


def _links() -> Iterator[tuple[str, Any, Any]]:
    """Give (where an answer is given, the answer, a link)."""
    for path, described in OPERATIONS.values():
        for answer in described["responses"].values():
            for link in answer.get("links", {}).values():
                yield path, answer, link


def _places(described: Any) -> set[str]:
    return {one["name"] for one in described["parameters"] if one.get("in") == "path"}


def test_every_operation_on_an_object_is_the_target_of_a_link() -> None:
    linked = {link["operationId"] for _, _, link in _links()}

    on_objects = {name for name, (_, described) in OPERATIONS.items() if _places(described)}
    assert on_objects - linked == set()
    assert linked - on_objects == set()


def test_a_link_fills_every_place_of_its_operation() -> None:
    for _, _, link in _links():
        _, described = OPERATIONS[link["operationId"]]
        assert set(link["parameters"]) == _places(described)


def test_what_a_link_takes_is_in_the_answer_or_in_the_path() -> None:
    for path, answer, link in _links():
        for expression in link["parameters"].values():
            if expression.startswith(PATH):
                assert f"{{{expression.removeprefix(PATH)}}}" in path
            else:
                (content,) = answer["content"].values()
                assert _value_at(content["example"], expression.removeprefix(BODY)) is not None


def _value_at(example: Any, pointer: str) -> Any:
    for part in pointer.split("/"):
        example = example[int(part) if isinstance(example, list) else part]
    return example
