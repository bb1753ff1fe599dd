"""Every list of the API reads by an index, as much as its page needs, whatever it is asked for."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from fixtures.openapi import DOCUMENT
from fixtures.postgres import Database
from integration.plans.lists import AMONG_THE_ORDER, LISTS, NOT_BY_PAGE, List
from tieout_runtime.queries import load_queries

ORGANIZATION = 7
READ_FOR_A_ROW = 20  # what a page may cost, beside what its own rows do
WARM = 6  # after five executions PostgreSQL may keep one plan for whatever is asked
ASKED = [(name, filtered) for name, one in LISTS.items() for filtered in ["nothing", *one.filters]]


@pytest.fixture(scope="module")
async def filled(module_database: Database) -> AsyncIterator[asyncpg.Connection]:
    """Give a connection that can be any service's api role, over filled tables."""
    connection = await asyncpg.connect(module_database.url, statement_cache_size=0)
    await connection.execute(Path(__file__).with_name("filling.sql").read_text("utf-8"))
    yield connection
    await connection.close()


def test_every_list_of_the_document_and_each_of_its_filters_is_looked_at() -> None:
    documented = {name: set(_filters(one)) for name, one in _lists()}
    named = {name.partition("?")[0] for name in LISTS} | set(NOT_BY_PAGE)

    assert set(documented) <= named
    for name, filters in documented.items():
        if name in NOT_BY_PAGE:
            continue
        looked_at = {one for combined in LISTS[name].filters for one in combined.split(", ")}
        known = {one for at, combined in AMONG_THE_ORDER if at == name
                 for one in combined.split(", ")}  # fmt: skip
        required = {one for one in filters if one not in looked_at | known}
        assert required <= {"offset", "limit", "data_stream_key", "reconciliation_id"}, name


@pytest.mark.parametrize(("name", "filtered"), ASKED, ids=[f"{a} by {b}" for a, b in ASKED])
async def test_a_list_reads_by_index_what_its_page_needs(
    filled: asyncpg.Connection, name: str, filtered: str
) -> None:
    asked = LISTS[name]
    plan = await _plan(filled, asked, filtered)

    nodes = list(_nodes(plan))
    scans = [one["Relation Name"] for one in nodes if one["Node Type"] == "Seq Scan"
             and _read(one) > asked.limit]  # fmt: skip
    assert scans == []
    assert sum(map(_read, nodes)) <= READ_FOR_A_ROW * asked.limit


async def test_the_check_sees_a_list_that_reads_all_of_a_tenant(
    filled: asyncpg.Connection,
) -> None:
    """The control: severity is known to be chosen among what the order brings."""
    breaks = LISTS["GET /v1/exceptions"]
    rare = List(
        service=breaks.service, file=breaks.file, query=breaks.query, always=breaks.always,
        filters={"severity": {7: "CRITICAL"}},
    )  # fmt: skip

    plan = await _plan(filled, rare, "severity")

    assert sum(map(_read, _nodes(plan))) > READ_FOR_A_ROW * rare.limit


async def _plan(connection: asyncpg.Connection, asked: List, filtered: str) -> dict[str, Any]:
    """Prepare as the service does, execute until PostgreSQL has settled on a plan, explain."""
    query = load_queries(f"tieout_{asked.service}", asked.file)[asked.query]
    given = {**asked.always, **(asked.filters.get(filtered, {}))}
    async with connection.transaction():
        await connection.execute(f"SET LOCAL search_path = {asked.service}")
        await connection.execute(f"SET LOCAL ROLE tieout_{asked.service}_api")
        await connection.execute(
            "SELECT set_config('app.organization_id', $1, true)", str(ORGANIZATION)
        )
        count = len((await connection.prepare(query)).get_parameters())
        await connection.execute(f"PREPARE asked AS {query}")
        try:
            for warm in [asked.always] * WARM + [given] * WARM:
                await connection.execute(f"EXECUTE asked{_literals(warm, count)}")
            explain = "EXPLAIN (ANALYZE, TIMING OFF, BUFFERS OFF, FORMAT JSON) EXECUTE asked"
            told = await connection.fetchval(explain + _literals(given, count))
        finally:
            await connection.execute("DEALLOCATE asked")
    plan: dict[str, Any] = json.loads(told)[0]["Plan"]
    return plan


def _literals(given: Any, count: int) -> str:
    return f"({', '.join(_literal(given.get(number)) for number in range(1, count + 1))})"


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, list):
        return f"'{{{','.join(map(str, value))}}}'"
    return f"'{value}'"


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)


def _read(node: dict[str, Any]) -> float:
    """How many rows of a table a node read, those that it threw away among them."""
    if "Relation Name" not in node and "Index Name" not in node:
        return 0
    thrown = sum(node.get(f"Rows Removed by {by}", 0) for by in ("Filter", "Index Recheck"))
    return float((node["Actual Rows"] + thrown) * node["Actual Loops"])


def _lists() -> Iterator[tuple[str, dict[str, Any]]]:
    """The operations that answer with several objects: in pages, or as a bare array."""
    for path, item in DOCUMENT["paths"].items():
        operation = item.get("get")
        if operation is None:
            continue
        names = {one["name"] for one in _queries(operation)}
        content = operation["responses"]["200"]["content"].get("application/json", {})
        if "limit" in names or content.get("schema", {}).get("type") == "array":
            yield f"GET {path}", operation


def _filters(operation: dict[str, Any]) -> list[str]:
    return [one["name"] for one in _queries(operation)]


def _queries(operation: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in operation.get("parameters", []) if one.get("in") == "query"]
