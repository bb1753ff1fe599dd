"""The story of the demo, from an empty folder to one line of JSON."""

import json
import platform
import time
from collections.abc import Sequence
from pathlib import Path

from tieout_local.demo.api import Api, CurlLines, opened_api
from tieout_local.demo.deciding import (
    run_everything,
    settle_suggestion,
    show_backtest,
    show_balance_proof,
    show_found,
    show_near_miss,
)
from tieout_local.demo.downstream import GROUP, receive, show_received
from tieout_local.demo.example import Example, read_example
from tieout_local.demo.findings import (
    mark_overdue,
    pending_items,
    show_breaks,
    show_buckets,
    show_matches,
    show_open_items,
    wait_for_sweeper,
)
from tieout_local.demo.forcing import force_match, forced_matches
from tieout_local.demo.lifecycle import SWEEP_SECONDS, fresh_stack
from tieout_local.demo.screen import Screen
from tieout_local.demo.setting_up import MadeReconciliation, rule_sentence, set_up
from tieout_local.demo.standing import standing_of
from tieout_local.demo.uploading import upload, watch_progress
from tieout_local.stack import LocalStack

_ORGANIZATION = "Example Tools GmbH"


def run_demo(*, folder: Path, examples: Path) -> None:
    """Tell the whole story on a fresh stack in `folder`; the last line printed is the JSON."""
    began = time.monotonic()
    screen = Screen()
    example = read_example(examples)
    screen.step("Start PostgreSQL, Kafka and the four services, on an empty folder")
    with fresh_stack(folder, say=screen.warn) as stack:
        _show_versions(screen, stack, seconds=time.monotonic() - began)
        organization = stack.operations.create_organization(_ORGANIZATION)
        lines = CurlLines(folder=examples, show=screen.call)
        with opened_api(url=stack.url, api_key=organization.api_key, lines=lines) as api:
            made = _make(api, screen, lines, example)
            numbers = _tell(api, screen, stack, example, examples, made)
        numbers |= {"kafka": stack.broker.description, "postgres": stack.postgres.version()}
    screen.say("\nEverything is stopped. `make up` starts a stack that stays, for your own calls.")
    numbers["seconds"] = round(time.monotonic() - began, 1)
    print(json.dumps(numbers), flush=True)


def _make(api: Api, screen: Screen, lines: CurlLines, example: Example) -> list[MadeReconciliation]:
    screen.step("Make data streams, reconciliations and rules")
    reconciliations = set_up(api, lines, example)
    _show_rules(screen, example)
    return reconciliations


def _tell(
    api: Api,
    screen: Screen,
    stack: LocalStack,
    example: Example,
    examples: Path,
    reconciliations: Sequence[MadeReconciliation],
) -> dict[str, object]:
    screen.step("Upload the books first: what they expect")
    accepted = upload(api, screen, example.books, examples)
    watch_progress(api, screen, reconciliations)
    screen.step("Upload what bank and provider report: each record is decided as it arrives")
    accepted += upload(api, screen, example.evidence, examples)
    watch_progress(api, screen, reconciliations)
    pending = len(pending_items(api, reconciliations))
    screen.say(f"{pending} of {accepted} accepted records are pending at their source: open, never")
    screen.say("matched by a rule alone, and decided once they are booked.")
    tied = _show_passes(api, screen, reconciliations[-1], example)
    screen.step("Matches, by the rule that made them")
    show_matches(api, screen, reconciliations)
    exceptions = _show_exceptions(api, screen, reconciliations, example)
    screen.step("Force-match one: a person decides, under an idempotency key")
    force_match(api, screen, reconciliations, example.force_match)
    screen.step(f"What a downstream system received (consumer group {GROUP})")
    received = receive(
        stack.broker.bootstrap,
        topic_prefix=stack.plan.topic_prefix,
        until=standing_of(api, reconciliations),
    )
    show_received(screen, received)
    screen.step("The result")
    progress = watch_progress(api, screen, reconciliations)
    return {
        "records": sum(one.accepted for one in progress),
        "matched": sum(one.matched for one in progress),
        "open": sum(one.unmatched for one in progress),
        "exceptions": exceptions,
        "force_matched": forced_matches(api, reconciliations),
        "proven": tied,
    }


def _show_passes(api: Api, screen: Screen, one: MadeReconciliation, example: Example) -> bool:
    """Show what needs several records at once; answers whether the balance proof holds."""
    screen.step("Rollups and near amounts: a run tries everything open at once")
    run_everything(api, screen, one)
    matches = show_found(api, screen, one)
    screen.step("A suggestion: two counterparts are as close, a person decides")
    settle_suggestion(api, screen, matches)
    screen.step("A near miss: why a record is open, and what would have matched it")
    show_near_miss(api, screen, one, example.near_miss)
    screen.step("A backtest: another rule tried on the past, nothing written")
    show_backtest(api, screen, one, example)
    screen.step("The balance proof: why the two sides differ, to the cent")
    return show_balance_proof(api, screen, one)


def _show_exceptions(
    api: Api, screen: Screen, reconciliations: Sequence[MadeReconciliation], example: Example
) -> int:
    screen.step(f"Raise what is overdue: the sweeper looks every {SWEEP_SECONDS} s here")
    screen.say("One item of the books is not due yet; a person declares it overdue all the same:")
    mark_overdue(api, reconciliations, example.late_now)
    wait_for_sweeper(api, reconciliations)
    screen.step("Every open item, and why it is open")
    show_open_items(api, screen, reconciliations)
    screen.step("Exceptions: a bucket for each stream, a break for each record")
    show_buckets(api, screen)
    return show_breaks(api, screen)


def _show_versions(screen: Screen, stack: LocalStack, *, seconds: float) -> None:
    screen.say(f"PostgreSQL {stack.postgres.version()} · {stack.broker.description}")
    screen.say(
        f"Services on Python {platform.python_version()}: {', '.join(stack.services)}"
        f" · ready after {seconds:.1f} s"
    )
    screen.say(f"API {stack.url} ($TIEOUT_URL below; $TIEOUT_API_KEY is this run's key)")


def _show_rules(screen: Screen, example: Example) -> None:
    for one in example.reconciliations:
        for rule in one.rules:
            screen.say(f"{one.name}, {rule['description']}: {rule_sentence(rule)}")
