"""The settings of this service alone; what all services need is in the runtime."""

from decimal import Decimal

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from tieout_exceptions.domain.cases.judgement import CaseScale
from tieout_exceptions.domain.severity import SeverityScale, Thresholds
from tieout_runtime.settings import ListenSettings

Steps = tuple[Decimal, Decimal, Decimal]


class ExceptionsSettings(ListenSettings):
    """Read from `TIEOUT_EXCEPTIONS_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="TIEOUT_EXCEPTIONS_", frozen=True, extra="ignore")

    sweep_seconds: float = Field(default=15.0, gt=0, description="between two sweeps")
    severity_thresholds: dict[str, Steps] = Field(
        default_factory=dict,
        description='major units from which a break is MEDIUM, HIGH, CRITICAL: {"BTC": [1, 5, 20]}',
    )
    resume_after_seconds: float = Field(
        default=5.0, gt=0, description="after which a pending operation is taken up again"
    )
    operation_attempts: int = Field(
        default=8, ge=1, description="tries at the matcher before an operation is cancelled there"
    )
    case_sla_minutes: int = Field(
        default=1440, ge=1, description="age from which an unreconciled case is at risk"
    )
    case_delayed_minutes: int = Field(
        default=720, ge=1, description="age from which a case with evidence is delayed"
    )
    case_delta_tolerance: Decimal = Field(
        default=Decimal("0.05"), ge=0, description="major units of a delta that needs no review"
    )
    case_required_legs: dict[str, int] = Field(
        default_factory=lambda: {"bank": 1, "stablecoin": 2, "cross_border": 3, "other": 1},
        description="legs that a payment of a type needs; `other` counts for types not named",
    )
    worker_connections: int = Field(default=6, ge=3, description="database connections of tasks")
    api_connections: int = Field(default=10, ge=1, description="database connections of routes")

    @property
    def scale(self) -> SeverityScale:
        """Thresholds by currency as the domain reads them."""
        return SeverityScale(
            own={
                currency: Thresholds(medium=medium, high=high, critical=critical)
                for currency, (medium, high, critical) in self.severity_thresholds.items()
            }
        )

    @property
    def case_scale(self) -> CaseScale:
        """The limits of cases as the domain reads them."""
        return CaseScale(
            sla_minutes=self.case_sla_minutes,
            delayed_minutes=self.case_delayed_minutes,
            delta_tolerance=self.case_delta_tolerance,
            required_legs=self.case_required_legs,
        )
