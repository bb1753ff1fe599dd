import pytest
from pydantic import Field, ValidationError
from pydantic_settings import SettingsConfigDict

from tieout_runtime.settings import (
    CommonSettings,
    ListenSettings,
    UnknownSettingError,
    read_settings,
)

COMMON = {
    "TIEOUT_POSTGRES_URL": "postgresql://db.example:5432/tieout",
    "TIEOUT_POSTGRES_ROLE_PASSWORD": "role-password-of-the-test",
    "TIEOUT_KAFKA_BOOTSTRAP": "broker.example:9092",
    "TIEOUT_INTERNAL_TOKEN": "internal-token-of-the-test",
    "TIEOUT_INGEST_URL": "http://ingest.example",
    "TIEOUT_MATCHER_URL": "http://matcher.example",
    "TIEOUT_EXCEPTIONS_URL": "http://exceptions.example",
}


class MatcherLikeSettings(ListenSettings):
    model_config = SettingsConfigDict(env_prefix="TIEOUT_MATCHER_", frozen=True, extra="ignore")

    chunk_rows: int = Field(default=10, description="rows")


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Give a process environment with all that is required and nothing else of ours."""
    import os  # noqa: PLC0415  # only here is the real environment looked at

    for key in list(os.environ):
        if key.startswith("TIEOUT_"):
            monkeypatch.delenv(key)
    for key, value in COMMON.items():
        monkeypatch.setenv(key, value)
    monkeypatch.setenv("TIEOUT_MATCHER_PORT", "8002")
    return monkeypatch


@pytest.mark.usefixtures("environment")
def test_both_halves_are_read_with_their_defaults() -> None:
    common, own = read_settings(MatcherLikeSettings)

    assert common.topic_prefix == "tieout."
    assert common.kafka_idempotent is True
    assert (own.host, own.port, own.chunk_rows) == ("127.0.0.1", 8002, 10)


@pytest.mark.parametrize(
    "key", ["TIEOUT_KAFKA_BOOTSTRAPP", "TIEOUT_MATCHER_CHUNK_ROW", "TIEOUT_BILLING_PORT"]
)
def test_a_misspelt_key_stops_the_start_and_is_named(
    environment: pytest.MonkeyPatch, key: str
) -> None:
    environment.setenv(key, "1")

    with pytest.raises(UnknownSettingError, match=f"unknown settings {key}; known are TIEOUT_"):
        read_settings(MatcherLikeSettings)


@pytest.mark.parametrize(
    "key", ["TIEOUT_INGEST_PORT", "TIEOUT_GATEWAY_KEY_PEPPER", "TIEOUT_API_KEY", "OTHER_KEY"]
)
def test_keys_of_others_may_stand_beside_ours(environment: pytest.MonkeyPatch, key: str) -> None:
    environment.setenv(key, "something")

    _, own = read_settings(MatcherLikeSettings)

    assert own.port == 8002


@pytest.mark.parametrize("key", [*COMMON, "TIEOUT_MATCHER_PORT"])
def test_a_missing_key_stops_the_start_and_is_named(
    environment: pytest.MonkeyPatch, key: str
) -> None:
    environment.delenv(key)

    with pytest.raises(ValidationError) as raised:
        read_settings(MatcherLikeSettings)

    (error,) = raised.value.errors()
    assert key.endswith(str(error["loc"][0]).upper())


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("TIEOUT_MATCHER_PORT", "65536"),
        ("TIEOUT_MATCHER_PORT", "http"),
        ("TIEOUT_INTERNAL_TOKEN", "short"),
        ("TIEOUT_KAFKA_IDEMPOTENT", "perhaps"),
    ],
)
def test_a_wrong_value_stops_the_start(
    environment: pytest.MonkeyPatch, key: str, value: str
) -> None:
    environment.setenv(key, value)

    with pytest.raises(ValidationError):
        read_settings(MatcherLikeSettings)


@pytest.mark.usefixtures("environment")
def test_settings_never_change_and_never_show_a_secret() -> None:
    common, own = read_settings(MatcherLikeSettings)

    with pytest.raises(ValidationError):
        own.port = 1
    assert "role-password" not in repr(common)
    assert "internal-token" not in repr(common)


def test_every_setting_says_what_it_is() -> None:
    fields = CommonSettings.model_fields | ListenSettings.model_fields

    assert [name for name, field in fields.items() if not field.description] == []
