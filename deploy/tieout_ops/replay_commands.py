"""The command `tieout replay`: a service's state made again from the journals, and compared."""

from collections.abc import Sequence
from typing import Annotated

from cyclopts import App, Parameter

from tieout_ops.replay_exceptions import replay_exceptions
from tieout_ops.replay_matcher import replay_matcher
from tieout_ops.replay_report import Compared, as_json, as_table, holds
from tieout_ops.settings import DatabaseSettings

app = App(name="replay", help="Make a service's state again from the journals, and compare.")
_AsJson = Annotated[bool, Parameter(name="--json", negative="")]


@app.command
async def exceptions(*, organization: int | None = None, as_json_object: _AsJson = False) -> int:
    """Rebuild the projections of exceptions from the matcher's outcomes; 1 unless all are equal.

    Parameters
    ----------
    organization
        Only this organisation's reconciliations.
    as_json_object
        Print one JSON object instead of a table.
    """
    settings = DatabaseSettings()  # type: ignore[call-arg]  # fields come from the environment
    found = await replay_exceptions(
        settings.postgres_url.get_secret_value(),
        role_password=settings.postgres_role_password.get_secret_value(),
        organization_id=organization,
    )
    return _tell(found, as_json_object=as_json_object)


@app.command
async def matcher(*, organization: int | None = None, as_json_object: _AsJson = False) -> int:
    """Decide the records again, as far as nothing but arrivals happened; 1 unless all is equal.

    Parameters
    ----------
    organization
        Only this organisation's reconciliations.
    as_json_object
        Print one JSON object instead of a table.
    """
    settings = DatabaseSettings()  # type: ignore[call-arg]  # fields come from the environment
    found = await replay_matcher(
        settings.postgres_url.get_secret_value(),
        role_password=settings.postgres_role_password.get_secret_value(),
        organization_id=organization,
    )
    return _tell(found, as_json_object=as_json_object)


def _tell(found: Sequence[Compared], *, as_json_object: bool) -> int:
    print(as_json(found) if as_json_object else as_table(found))
    return 0 if holds(found) else 1
