"""What the gateway itself is set up with, beside the settings all services share."""

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from tieout_runtime.settings import ListenSettings

MEBIBYTE = 1024 * 1024


class GatewaySettings(ListenSettings):
    """Read from `TIEOUT_GATEWAY_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="TIEOUT_GATEWAY_", frozen=True, extra="ignore")

    key_pepper: SecretStr = Field(
        min_length=16, description="secret under which the HMACs of API keys are made"
    )
    key_cache_seconds: float = Field(
        default=2.0, ge=0, le=10, description="how long a verified key is believed: revocation lag"
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
