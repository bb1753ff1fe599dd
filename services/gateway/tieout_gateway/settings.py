"""What the gateway itself is set up with, beside the settings all services share."""

from typing import Annotated

from limits import parse
from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import SettingsConfigDict

from tieout_runtime.settings import ListenSettings

MEBIBYTE = 1024 * 1024


def _is_limit(text: str) -> str:
    if parse(text).amount < 1:
        raise ValueError("a limit lets at least one through")
    return text


RateLimit = Annotated[str, AfterValidator(_is_limit)]


class GatewaySettings(ListenSettings):
    """Read from `TIEOUT_GATEWAY_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="TIEOUT_GATEWAY_", frozen=True, extra="ignore")

    key_pepper: SecretStr = Field(
        min_length=16, description="secret under which the HMACs of API keys are made"
    )
    key_cache_seconds: float = Field(
        default=2.0, ge=0, le=10, description="how long a verified key is believed: revocation lag"
    )
    request_rate_limit: RateLimit = Field(
        default="100000/minute", description="requests of one key or person, then 429"
    )
    refusal_rate_limit: RateLimit = Field(
        default="100/minute", description="bad credentials from one address, then 429"
    )
    forwarded_hops: int = Field(
        default=0, ge=0, le=10, description="proxies of ours that add to X-Forwarded-For"
    )
    body_limit_bytes: int = Field(
        default=8 * MEBIBYTE, ge=1024, description="largest body of a request that is no upload"
    )
    import_limit_bytes: int = Field(
        default=512 * MEBIBYTE, ge=1024, description="largest body of an upload"
    )
    request_timeout_seconds: float = Field(
        default=30.0, gt=0, description="longest a request may take, then 503"
    )
    import_timeout_seconds: float = Field(
        default=900.0, gt=0, description="longest an upload may take, then 503"
    )
    idle_body_seconds: float = Field(
        default=20.0, gt=0, description="longest silence in the middle of a body, then 408"
    )
