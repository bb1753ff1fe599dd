"""Settings of the matcher, from `TIEOUT_MATCHER_<NAME>`."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from tieout_runtime.settings import ListenSettings


class MatcherSettings(ListenSettings):
    model_config = SettingsConfigDict(env_prefix="TIEOUT_MATCHER_", frozen=True, extra="ignore")

    batch_records: int = Field(default=2000, ge=1, le=10_000, description="records a transaction")
    api_connections: int = Field(default=10, ge=1, description="database connections for queries")
    worker_connections: int = Field(
        default=10,
        ge=5,
        description="database connections for deliveries, commands, passes, runs and the relay",
    )
    tick_s: float = Field(
        default=30, gt=0, description="seconds between ticks, each of which asks for passes"
    )
