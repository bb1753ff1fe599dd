"""What the commands read from the environment; each command reads only what it needs."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from tieout_runtime.settings import PREFIX


class DatabaseSettings(BaseSettings):
    """`TIEOUT_POSTGRES_URL` names the administrator, who may make schemas and roles."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    postgres_url: SecretStr = Field(description="postgresql://user:password@host:port/database")
    postgres_role_password: SecretStr = Field(description="password of the roles of all services")


class KeySettings(DatabaseSettings):
    """What making and ending API keys needs."""

    gateway_key_pepper: SecretStr = Field(min_length=16, description="as the gateway has it")


class BrokerSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    kafka_bootstrap: str = Field(description="host:port[,host:port] of the Kafka brokers")
    topic_prefix: str = Field(default="tieout.", description="before the names of topics")
