"""What the gateway itself is set up with, beside the settings all services share."""

from typing import Annotated

from limits import parse
from pydantic import AfterValidator, Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from tieout_gateway.domain.signatures import ASYMMETRIC
from tieout_gateway.domain.webhooks.addresses import networks_of
from tieout_runtime.settings import ListenSettings

MEBIBYTE = 1024 * 1024


def _is_limit(text: str) -> str:
    if parse(text).amount < 1:
        raise ValueError("a limit lets at least one through")
    return text


def _are_networks(text: str) -> str:
    networks_of(text)
    return text


RateLimit = Annotated[str, AfterValidator(_is_limit)]
Networks = Annotated[str, AfterValidator(_are_networks)]


class GatewaySettings(ListenSettings):
    """Read from `TIEOUT_GATEWAY_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="TIEOUT_GATEWAY_", frozen=True, extra="ignore")

    key_pepper: SecretStr = Field(
        min_length=16, description="secret under which the HMACs of API keys are made"
    )
    key_cache_seconds: float = Field(
        default=2.0, ge=0, le=10, description="how long a verified key is believed: revocation lag"
    )
    oidc_issuer: str = Field(
        default="", description="`iss` of people's tokens; empty: only API keys open the door"
    )
    oidc_audience: str = Field(default="", description="`aud` that tokens have to name")
    oidc_jwks_url: str = Field(default="", description="where the issuer shows its public keys")
    oidc_jwks_cache_seconds: float = Field(
        default=600, ge=1, le=86_400, description="how old keys may be before they are asked anew"
    )
    oidc_algorithms: str = Field(
        default="RS256,ES256", description="signatures that are believed, asymmetric ones only"
    )
    oidc_leeway_seconds: float = Field(
        default=30, ge=0, le=300, description="how far the issuer's clock may be off"
    )
    oidc_organization_claim: str = Field(
        default="organization_id", min_length=1, description="a number, or a list of numbers"
    )
    oidc_scopes_claim: str = Field(
        default="scope", min_length=1, description="a text with blanks between, or a list"
    )
    oidc_scope_prefix: str = Field(
        default="tieout:", description="before our scopes in that claim; others are not ours"
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
    event_streams: int = Field(
        default=500, ge=1, le=10_000, description="event streams that a process serves, then 429"
    )
    event_streams_per_key: int = Field(
        default=10, ge=1, description="of them, those of one key or person"
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

    webhook_allow_private: Networks = Field(
        default="", description="comma list of CIDRs that webhooks may go to beside public ones"
    )
    webhook_allow_http: bool = Field(
        default=False, description="whether webhooks may go to http:// too, unencrypted"
    )
    webhook_timeout_seconds: float = Field(
        default=15.0, gt=0, le=60, description="longest a receiver may take to answer"
    )
    webhook_retry_factor: float = Field(
        default=1.0, gt=0, le=10, description="stretches the delays between attempts"
    )
    webhook_kept_days: int = Field(
        default=30, ge=4, le=3650, description="how long deliveries are kept, and can be replayed"
    )

    @model_validator(mode="after")
    def _issuer_is_whole(self) -> "GatewaySettings":
        if not self.oidc_issuer:
            return self
        if not self.oidc_audience:
            raise ValueError("oidc_audience is missing: tokens for others would be believed")
        if not self.oidc_jwks_url.startswith(("https://", "http://")):
            raise ValueError("oidc_jwks_url is missing, or is no address")
        unknown = self.algorithms - ASYMMETRIC
        if unknown or not self.algorithms:
            allowed = ", ".join(sorted(ASYMMETRIC))
            raise ValueError(f"oidc_algorithms names none, or others than {allowed}")
        return self

    @property
    def algorithms(self) -> frozenset[str]:
        """The signatures that are believed."""
        return frozenset(one.strip() for one in self.oidc_algorithms.split(",") if one.strip())
