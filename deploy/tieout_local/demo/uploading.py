"""Files in, and the way of their records until the matcher has decided all of them."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, TaskID, TextColumn
from rich.progress import Progress as Bars

from tieout_client.models import ImportBatch, Progress
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
        received = api.shown.imports.upload(one.stream, file=folder / one.file)
        batches.append(_finished(api, received))
    _show_batches(screen, batches)
    return sum(batch.accepted for batch in batches)


def watch_progress(
    api: Api, screen: Screen, reconciliations: Sequence[MadeReconciliation]
) -> list[Progress]:
    """Show a bar for each reconciliation until nothing of it is behind; answers the numbers."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[said]}"))
    with Bars(*columns, console=screen.console) as bars:
        return [_until_decided(api, bars, one) for one in reconciliations]


def _until_decided(api: Api, bars: Bars, one: MadeReconciliation) -> Progress:
    now = api.shown.reconciliations.get_progress(one.id)
    bar = bars.add_task(one.name, total=None, said="")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        _draw(bars, bar, now)
        if _is_decided(now):
            return now
        if time.monotonic() > deadline:
            raise DemoStuckError(f"{one.name} is still behind: {now}")
        time.sleep(POLL_SECONDS)
        now = api.quiet.reconciliations.get_progress(one.id)


def _is_decided(now: Progress) -> bool:
    """Judge numbers after an upload: none accepted means that ingest has yet to hear of it."""
    told = now.routed == now.accepted > 0 and not now.backfilling
    return told and now.behind == 0


def _draw(bars: Bars, bar: TaskID, now: Progress) -> None:
    said = (
        f"accepted {now.accepted}, decided {now.decided} = {now.matched} matched"
        f" + {now.unmatched} open, behind {now.behind}"
    )
    bars.update(bar, total=now.accepted, completed=now.decided, said=said)


def _finished(api: Api, batch: ImportBatch) -> ImportBatch:
    batch = api.shown.imports.get_batch(batch.id)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while batch.status not in _ENDED:
        if time.monotonic() > deadline:
            raise DemoStuckError(f"{batch.filename} is still {batch.status}")
        time.sleep(POLL_SECONDS)
        batch = api.quiet.imports.get_batch(batch.id)
    if batch.status == "failed":
        raise DemoStuckError(f"{batch.filename} was refused: {batch.error}")
    return batch


def _show_batches(screen: Screen, batches: Sequence[ImportBatch]) -> None:
    names = ("rows_read", "accepted", "skipped", "rejected")
    screen.table(
        ("file", "stream", *names, "net amount"),
        (
            (
                batch.filename,
                batch.data_stream_key,
                *(getattr(batch, name) for name in names),
                _net(batch),
            )
            for batch in batches
        ),
        numbers=(*names, "net amount"),
    )
    for batch in batches:
        for one in batch.rejections:
            screen.say(f"{batch.filename} rejected ({one.code}): {one.message}")
        for stated in batch.statements:
            screen.say(_statement_sentence(batch, stated))


def _net(batch: ImportBatch) -> str:
    (total,) = batch.by_currency
    return f"{major(total.net_amount, total.decimal_places)} {total.currency}"


def _statement_sentence(batch: ImportBatch, statement: Mapping[str, Any]) -> str:
    return (
        f"{batch.filename} states of account {statement['account']}: opening {statement['opening']}"
        f" + booked {statement['booked']} = closing {statement['closing']}:"
        f" the balance check says “{statement['balance_check']}”"
    )
