"""A pytest plugin for `make conformance`: what each seed's tests came to, as its last line.

A test belongs to the seeds that its file is about; a scenario is about all of its dialect's.
"""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath

import pytest

_SEEDS = ("000", "001", "002", "003", "004")
_SEEDS_OF_SCENARIO = {
    "test_end_close_scenario": ("000", "001"),
    "test_corebanq_scenario": ("002",),
    "test_reconlayer_scenario": ("003",),
    "test_lerian_scenario": ("004",),
}
_COUNTED = ("schemathesis_cases", "server_errors")
_total: Counter[str] = Counter()
_passed: Counter[str] = Counter()
_properties: dict[str, object] = {}


def pytest_collection_finish(session: pytest.Session) -> None:
    """Count what there is before anything runs, so that what never ran is missing."""
    for item in session.items:
        _total.update(_seeds_of(item.nodeid))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when != "call":
        return
    _properties.update(report.user_properties)
    if report.passed:
        _passed.update(_seeds_of(report.nodeid))


def pytest_unconfigure() -> None:
    counts: dict[str, object] = {seed: [_passed[seed], _total[seed]] for seed in _SEEDS}
    counts |= {name: _properties.get(name) for name in _COUNTED}
    print(json.dumps(counts, separators=(",", ":")))  # noqa: T201  # the command's last line


def _seeds_of(nodeid: str) -> Sequence[str]:
    name = PurePath(nodeid.partition("::")[0]).stem
    seed = name.removeprefix("test_")[:3]
    return (seed,) if seed in _SEEDS else _SEEDS_OF_SCENARIO.get(name, ())
