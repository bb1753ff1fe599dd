"""Files in, and the way of their records until the matcher has decided all of them."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, Progress, TaskID, TextColumn

from tieout_local.demo.api import Api
from tieout_local.demo.example import ExampleFile
from tieout_local.demo.screen import Screen, major
from tieout_local.demo.setting_up import MadeReconciliation

POLL_SECONDS = 0.1
PATIENCE_SECONDS = 60
_ENDED = ("completed", "failed")


class DemoStuckError(Exception):
    """Something did not come about in time, although nothing failed."""


def upload(api: Api, screen: Screen, files: Sequence[ExampleFile], folder: Path) -> int:
    """Import the files, show what became of their rows; answers how many were accepted."""
    batches = []
    for one in files:
        path = f"/v1/data_streams/{one.stream}/imports"
        received = api.upload(path, folder / one.file, shown=f"{folder.name}/{one.file}")
        batches.append(_finished(api, received))
    _show_batches(screen, batches)
    return sum(int(batch["accepted"]) for batch in batches)


def watch_progress(
    api: Api, screen: Screen, reconciliations: Sequence[MadeReconciliation]
) -> list[dict[str, Any]]:
    """Show a bar for each reconciliation until nothing of it is behind; answers the numbers."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[said]}"))
    with Progress(*columns, console=screen.console) as bars:
        return [_until_decided(api, bars, one) for one in reconciliations]


def _until_decided(api: Api, bars: Progress, one: MadeReconciliation) -> dict[str, Any]:
    api.get(f"{one.path}/progress")
    bar = bars.add_task(one.name, total=None, said="")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        now: dict[str, Any] = api.get(f"{one.path}/progress", quiet=True)
        _draw(bars, bar, now)
        if _is_decided(now):
            return now
        if time.monotonic() > deadline:
            raise DemoStuckError(f"{one.name} is still behind: {now}")
        time.sleep(POLL_SECONDS)


def _is_decided(now: dict[str, Any]) -> bool:
    """Judge numbers after an upload: none accepted means that ingest has yet to hear of it."""
    told = now["routed"] == now["accepted"] > 0 and not now["backfilling"]
    return told and now["behind"] == 0


def _draw(bars: Progress, bar: TaskID, now: dict[str, Any]) -> None:
    said = (
        f"accepted {now['accepted']}, decided {now['decided']} = {now['matched']} matched"
        f" + {now['unmatched']} open, behind {now['behind']}"
    )
    bars.update(bar, total=now["accepted"], completed=now["decided"], said=said)


def _finished(api: Api, batch: dict[str, Any]) -> dict[str, Any]:
    path = f"/v1/import_batches/{batch['id']}"
    api.get(path)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while batch["status"] not in _ENDED:
        if time.monotonic() > deadline:
            raise DemoStuckError(f"{batch['filename']} is still {batch['status']}")
        time.sleep(POLL_SECONDS)
        batch = api.get(path, quiet=True)
    if batch["status"] == "failed":
        raise DemoStuckError(f"{batch['filename']} was refused: {batch['error']}")
    return batch


def _show_batches(screen: Screen, batches: Sequence[dict[str, Any]]) -> None:
    names = ("rows_read", "accepted", "skipped", "rejected")
    screen.table(
        ("file", "stream", *names, "net amount"),
        (
            (
                batch["filename"],
                batch["data_stream_key"],
                *(batch[name] for name in names),
                _net(batch),
            )
            for batch in batches
        ),
        numbers=(*names, "net amount"),
    )
    for batch in batches:
        for one in batch["rejections"]:
            screen.say(f"{batch['filename']} rejected ({one['code']}): {one['message']}")
        for one in batch["statements"]:
            screen.say(_statement_sentence(batch["filename"], one))


def _net(batch: dict[str, Any]) -> str:
    (total,) = batch["by_currency"]
    return f"{major(total['net_amount'], total['decimal_places'])} {total['currency']}"


def _statement_sentence(filename: str, statement: dict[str, Any]) -> str:
    return (
        f"{filename} states of account {statement['account']}: opening {statement['opening']}"
        f" + booked {statement['booked']} = closing {statement['closing']}:"
        f" the balance check says “{statement['balance_check']}”"
    )
