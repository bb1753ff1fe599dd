"""Settings from the environment; an unknown key is an error, so that a typo never goes unseen."""

import os
from collections.abc import Iterable
from typing import TypeVar

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "TIEOUT_"
SERVICES = ("ingest", "matcher", "exceptions", "gateway")
# Keys that belong to clients and tests, and may be in the same environment.
FOREIGN_KEYS = frozenset({"TIEOUT_URL", "TIEOUT_API_KEY", "TIEOUT_REQUIRE", "TIEOUT_CORPUS"})


class UnknownSettingError(ValueError):
    """The environment names a setting that does not exist; the process must not start."""


class CommonSettings(BaseSettings):
    """What every service needs, read from `TIEOUT_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    postgres_url: SecretStr = Field(description="postgresql://host:port/database; roles are ours")
    postgres_role_password: SecretStr = Field(description="password of the roles of all services")
    kafka_bootstrap: str = Field(description="host:port[,host:port] of the Kafka brokers")
    kafka_idempotent: bool = Field(default=True, description="false only on the memory broker")
    kafka_session_seconds: int = Field(
        default=30, ge=6, le=300, description="silent so long, a consumer is taken to be dead"
    )
    topic_prefix: str = Field(default="tieout.", description="before topics and consumer groups")
    internal_token: SecretStr = Field(min_length=16, description="shared by the four services")
    ingest_url: str = Field(description="internal address of ingest")
    matcher_url: str = Field(description="internal address of matcher")
    exceptions_url: str = Field(description="internal address of exceptions")
    instance: str = Field(
        default="",
        description="a name kept over restarts: a killed process is replaced at once",
    )
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR")
    failpoint: str = Field(
        default="", description="fault tests only: where the process dies, or a file that says it"
    )


class ListenSettings(BaseSettings):
    """Where one service listens; a subclass sets its own `env_prefix` and adds its own keys."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(ge=0, le=65535, description="port to listen on")


Own = TypeVar("Own", bound=ListenSettings)


def read_settings(own: type[Own]) -> tuple[CommonSettings, Own]:
    """Read both halves; raises UnknownSettingError or pydantic's ValidationError naming the key."""
    refuse_unknown(os.environ, own)
    return CommonSettings(), own()  # type: ignore[call-arg]  # fields come from the environment


def refuse_unknown(environment: Iterable[str], own: type[ListenSettings]) -> None:
    """Raise UnknownSettingError for a TIEOUT_ key that neither half nor another service owns."""
    own_prefix = str(own.model_config["env_prefix"])
    known = {PREFIX + name.upper() for name in CommonSettings.model_fields} | FOREIGN_KEYS
    known |= {own_prefix + name.upper() for name in own.model_fields}
    others = tuple(f"{PREFIX}{service.upper()}_" for service in SERVICES)
    others = tuple(prefix for prefix in others if prefix != own_prefix)
    unknown = sorted(
        key
        for key in environment
        if key.startswith(PREFIX) and key not in known and not key.startswith(others)
    )
    if unknown:
        raise UnknownSettingError(
            f"unknown settings {', '.join(unknown)}; known are {', '.join(sorted(known))}"
        )
