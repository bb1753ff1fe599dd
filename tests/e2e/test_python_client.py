"""The Python client against the stack: what its README says, and what only a server shows."""

import ast
import asyncio
import datetime as dt
import inspect
import re
from pathlib import Path

import httpx2
import pytest

from fixtures.public_api import PublicApi
from tidy.sources import PROJECT
from tieout_client import Client
from tieout_client.models import RecordTold

README = PROJECT / "clients" / "python" / "README.md"
BOOKS = "date,amount,currency,direction,description,external_id\n2026-01-05,10.50,EUR,credit,,a\n"


def readme_blocks() -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", README.read_text("utf-8"), re.MULTILINE | re.DOTALL)


async def run_block(text: str, names: dict[str, object]) -> None:
    """Run a block as a notebook does: `await` may stand outside of functions."""
    code = compile(text, README.name, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    awaited = eval(code, names)  # noqa: S307  # our own README
    if inspect.isawaitable(awaited):
        await awaited


def _names_in(folder: Path) -> set[str]:
    return {one.name for one in folder.iterdir()}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with the file that the README uploads."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "books.csv").write_text(BOOKS, "utf-8")
    return tmp_path


async def test_what_the_readme_of_the_client_says_runs(
    api: PublicApi, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url, key = str(api.client.base_url).rstrip("/"), api.organization.api_key
    names: dict[str, object] = {}
    blocks = readme_blocks()

    with httpx2.Client(trust_env=False) as http, Client(url, key, http=http) as client:
        for block in blocks:
            names["client"] = client  # what an earlier block opened it has closed again
            told = block.replace("http://127.0.0.1:8000", url).replace("tie_…", key)
            await run_block(told, names)

    assert len(blocks) == 5
    said = capsys.readouterr().out
    assert "1050 EUR" in said
    assert "'bank-eur' is taken" in said
    assert _names_in(folder) == {"books.csv", "cases.csv"}


async def test_a_follower_hears_of_a_record_that_comes_while_it_listens(api: PublicApi) -> None:
    sides = [await api.stream(key) for key in ("heard", "silent")]
    number = await api.reconciliation("Heard", side_a=sides[:1], side_b=sides[1:])
    following = api.typed.events.follow(types="record.unmatched", reconciliation_id=number)
    hearing = asyncio.ensure_future(anext(following))

    while not hearing.done():  # only what comes after it began is told
        record = await api.typed.records.create(
            data_stream_key="heard", amount=1, direction="credit", date=dt.date(2026, 1, 5)
        )
        await asyncio.wait([hearing], timeout=1)

    told = hearing.result()
    assert told.event is not None
    assert told.event.event_type == "record.unmatched"
    assert isinstance(told.event.data, RecordTold)
    assert told.event.data.data_stream_key == "heard"
    assert told.event.data.id <= record.id
    await following.aclose()
