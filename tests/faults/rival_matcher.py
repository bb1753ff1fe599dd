"""A second matcher that is given every record too, and relays what the first one relays (F17).

The product never runs like this: consumers of one group share the records, and one relay leads.
Its decisions are told from the first one's by the microsecond of their time.
"""

import runpy
from datetime import UTC, datetime
from typing import Any

from tieout_matcher import app
from tieout_runtime import kafka, outbox

GROUP = "matcher.rival"
MICROSECOND = 123_457


def subscribe_as_a_rival(*given: Any, **named: Any) -> None:
    kafka.subscribe(*given, **named | {"service": GROUP})


def clock() -> datetime:
    return datetime.now(UTC).replace(microsecond=MICROSECOND)  # noqa: TID251  # the process's clock


def main() -> None:
    app.subscribe = subscribe_as_a_rival
    app._clock = clock  # noqa: SLF001  # only so are its decisions known
    outbox._SQL["lead"] = "SELECT true"  # noqa: SLF001  # it leads beside the leader
    runpy.run_module("tieout_matcher", run_name="__main__")


if __name__ == "__main__":
    main()
