"""The whole environment of each service and of the operator's command; nothing leaks in."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tieout_local.plan import SERVICES
from tieout_local.ports import LOOPBACK
from tieout_local.service import ServiceAddress
from tieout_local.stack_secrets import StackSecrets

_PREFIX = "TIEOUT_"


@dataclass(frozen=True, kw_only=True)
class CommonValues:
    """What all services share. `urls`: internal addresses by service name."""

    postgres_url: str
    kafka_bootstrap: str
    kafka_idempotent: bool
    topic_prefix: str
    urls: Mapping[str, str]
    secrets: StackSecrets


def without_ours(environment: Mapping[str, str]) -> dict[str, str]:
    """Leave out every TIEOUT_ key, so that a shell's settings never reach a child."""
    return {key: value for key, value in environment.items() if not key.startswith(_PREFIX)}


def common_environment(values: CommonValues) -> dict[str, str]:
    internal = {
        f"TIEOUT_{service.upper()}_URL": values.urls[service]
        for service in SERVICES
        if service != "gateway"
    }
    return {
        **without_ours(os.environ),
        **internal,
        "PYTHONUNBUFFERED": "1",
        "TIEOUT_POSTGRES_URL": values.postgres_url,
        "TIEOUT_POSTGRES_ROLE_PASSWORD": values.secrets.role_password,
        "TIEOUT_KAFKA_BOOTSTRAP": values.kafka_bootstrap,
        "TIEOUT_KAFKA_IDEMPOTENT": "true" if values.kafka_idempotent else "false",
        "TIEOUT_KAFKA_SESSION_SECONDS": "30" if values.kafka_idempotent else "6",
        "TIEOUT_TOPIC_PREFIX": values.topic_prefix,
        "TIEOUT_INTERNAL_TOKEN": values.secrets.internal_token,
        "TIEOUT_GATEWAY_KEY_PEPPER": values.secrets.key_pepper,
    }


def instance_environment(
    common: Mapping[str, str], *, address: ServiceAddress, spool_folder: Path
) -> dict[str, str]:
    """Add what one instance alone has: its name, its address and, for ingest, its spool."""
    prefix = f"TIEOUT_{address.service.upper()}"
    own = {
        "TIEOUT_INSTANCE": address.name,
        f"{prefix}_HOST": LOOPBACK,
        f"{prefix}_PORT": str(address.port),
    }
    if address.service == "ingest":
        own["TIEOUT_INGEST_SPOOL_DIR"] = str(spool_folder)
    return {**common, **own}
