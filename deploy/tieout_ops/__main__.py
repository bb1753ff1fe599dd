"""The command `tieout`: what an operator does before, and beside, the running services."""

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated

import asyncpg
from aiokafka.errors import KafkaError
from cyclopts import App, Parameter
from pydantic import ValidationError

from tieout_gateway.domain.credential import Credential
from tieout_gateway.domain.scopes import ALL_SCOPES, Scope
from tieout_gateway.keys import NewKey
from tieout_ops import organizations, topics
from tieout_ops.auditor import prepare_auditor
from tieout_ops.organizations import UnknownObjectError
from tieout_ops.settings import BrokerSettings, DatabaseSettings, KeySettings
from tieout_ops.verify import PENDING_LIMIT
from tieout_ops.verify import verify as check_all
from tieout_ops.verify_report import as_json, as_table
from tieout_runtime.migrate import SchemaMismatchError, migrate_all

app = App(name="tieout", help="Operate tieout: schemas, topics, organisations, keys.")
# Imported when it is used: it carries the code of two services.
app.command("tieout_ops.replay_commands:app", name="replay")


@app.command
async def migrate() -> None:
    """Bring the schemas of all services to head; waits for another migrator."""
    settings = DatabaseSettings()  # type: ignore[call-arg]  # fields come from the environment
    url = settings.postgres_url.get_secret_value()
    password = settings.postgres_role_password.get_secret_value()
    applied = await migrate_all(url, role_password=password)
    await prepare_auditor(url, role_password=password)
    for service, count in applied.items():
        _say(f"{service}: {count} applied" if count else f"{service}: at head")


@app.command
async def verify(
    *,
    wait_seconds: float = 0,
    pending_limit_seconds: float = PENDING_LIMIT.total_seconds(),
    as_json_object: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """Check on the live database that what must hold holds; ends with 1 when something does not.

    Parameters
    ----------
    wait_seconds
        How long events under way may take to arrive before what they lack is a violation.
    pending_limit_seconds
        How long an operation, an import or a bulk request may take.
    as_json_object
        Print one JSON object instead of a table.
    """
    settings = DatabaseSettings()  # type: ignore[call-arg]  # fields come from the environment
    report = await check_all(
        settings.postgres_url.get_secret_value(),
        role_password=settings.postgres_role_password.get_secret_value(),
        wait=timedelta(seconds=wait_seconds),
        pending_limit=timedelta(seconds=pending_limit_seconds),
    )
    print(as_json(report) if as_json_object else as_table(report))
    return 0 if report.holds else 1


@app.command
async def create_topics(*, partitions: int = 12, replicas: int = 1) -> None:
    """Make every topic; one that exists is left as it is.

    Parameters
    ----------
    partitions
        Partitions of each topic: the upper limit of consumers that share one service's work.
    replicas
        Copies of each partition; at most the number of brokers.
    """
    settings = BrokerSettings()  # type: ignore[call-arg]  # fields come from the environment
    await topics.create_topics(
        settings.kafka_bootstrap,
        prefix=settings.topic_prefix,
        partitions=partitions,
        replicas=replicas,
    )
    _say(f"topics {settings.topic_prefix}* are there")


@app.command
async def create_organization(name: str) -> None:
    """Make an organisation and its first API key, which may do everything and is shown once.

    The last line on standard output is JSON: organization_id and api_key.

    Parameters
    ----------
    name
        The organisation's name, as people know it.
    """
    organization_id, credential = await organizations.create_organization(
        KeySettings(),  # type: ignore[call-arg]  # fields come from the environment
        name=name,
        at=_now(),
    )
    _say(f"organisation {organization_id}: {name}")
    _show_key(organization_id, credential)


@app.command
async def create_key(
    organization: int,
    *,
    name: str = "key",
    scopes: Annotated[Sequence[Scope], Parameter(consume_multiple=True)] = ALL_SCOPES,
    expires_in_days: int | None = None,
    account: int | None = None,
) -> None:
    """Make another API key, shown once; the last line on standard output is JSON.

    Parameters
    ----------
    organization
        The organisation's identifier.
    name
        What the key is for.
    scopes
        What it may do: view, act, approve, admin.
    expires_in_days
        When it ends by itself; never when left out.
    account
        The account it acts as; the organisation's first when left out.
    """
    settings = KeySettings()  # type: ignore[call-arg]  # fields come from the environment
    at = _now()
    account_id = await organizations.service_account(
        settings, organization_id=organization, account_id=account
    )
    key = NewKey(
        organization_id=organization,
        account_id=account_id,
        name=name,
        scopes=tuple(scopes),
        expires_at=None if expires_in_days is None else at + timedelta(days=expires_in_days),
    )
    _show_key(organization, await organizations.create_key(settings, key, at=at))


@app.command
async def revoke_key(key: str) -> None:
    """End an API key; running gateways refuse it within seconds.

    Parameters
    ----------
    key
        The eight public characters between `tie_` and the secret, with or without `tie_`.
    """
    prefix = key.removeprefix("tie_").split("_")[0]
    settings = DatabaseSettings()  # type: ignore[call-arg]  # fields come from the environment
    revoked_at = await organizations.revoke_key(settings, prefix=prefix, at=_now())
    _say(f"tie_{prefix}_… is revoked since {revoked_at.isoformat()}")


def _show_key(organization_id: int, credential: Credential) -> None:
    _say("the key is shown this once:")
    print(json.dumps({"organization_id": organization_id, "api_key": credential.text}))


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _now() -> datetime:
    return datetime.now(tz=UTC)  # noqa: TID251  # a command line reads the clock


def main() -> None:
    """Run one command; what an operator can mend is told in one line, with status 1."""
    try:
        app(sys.argv[1:])
    except ValidationError as error:
        wrong = "; ".join(
            f"TIEOUT_{'_'.join(map(str, one['loc'])).upper()}: {one['msg']}"
            for one in error.errors(include_input=False, include_url=False)
        )
        sys.exit(f"settings: {wrong}")
    except (UnknownObjectError, SchemaMismatchError) as error:
        sys.exit(str(error))
    except (OSError, asyncpg.PostgresError, KafkaError) as error:
        sys.exit(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
