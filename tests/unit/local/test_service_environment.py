from pathlib import Path

import pytest

from tieout_local.service import ServiceAddress
from tieout_local.service_environment import (
    CommonValues,
    common_environment,
    instance_environment,
)
from tieout_local.stack_secrets import StackSecrets, load_or_make_secrets

SECRETS = StackSecrets(role_password="r" * 48, internal_token="t" * 48, key_pepper="p" * 48)


def values() -> CommonValues:
    services = ("ingest", "matcher", "exceptions", "gateway")
    return CommonValues(
        postgres_url="postgresql://postgres:secret@127.0.0.1:5432/postgres",
        kafka_bootstrap="127.0.0.1:9092",
        kafka_idempotent=False,
        topic_prefix="tieout.",
        urls={service: f"http://127.0.0.1/{service}" for service in services},
        secrets=SECRETS,
    )


def test_settings_of_the_shell_do_not_reach_a_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIEOUT_MATCHER_LEFTOVER", "1")
    monkeypatch.setenv("TIEOUT_URL", "http://elsewhere")
    monkeypatch.setenv("HARMLESS", "1")

    environment = common_environment(values())

    assert "TIEOUT_MATCHER_LEFTOVER" not in environment
    assert "TIEOUT_URL" not in environment
    assert environment["HARMLESS"] == "1"


def test_a_broker_that_cannot_deduplicate_is_said_to_the_services() -> None:
    environment = common_environment(values())

    assert environment["TIEOUT_KAFKA_IDEMPOTENT"] == "false"
    assert environment["TIEOUT_KAFKA_SESSION_SECONDS"] == "6"


def test_ingest_alone_has_a_spool(tmp_path: Path) -> None:
    by_service = {
        service: instance_environment(
            {},
            address=ServiceAddress(service=service, name=f"{service}-1", port=7),
            spool_folder=tmp_path,
        )
        for service in ("ingest", "matcher")
    }

    assert by_service["ingest"]["TIEOUT_INGEST_SPOOL_DIR"] == str(tmp_path)
    assert by_service["matcher"] == {
        "TIEOUT_INSTANCE": "matcher-1",
        "TIEOUT_MATCHER_HOST": "127.0.0.1",
        "TIEOUT_MATCHER_PORT": "7",
    }


def test_secrets_are_random_kept_and_private(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"

    first, again = load_or_make_secrets(path), load_or_make_secrets(path)
    other = load_or_make_secrets(tmp_path / "other.json")

    assert first == again
    assert first.internal_token != other.internal_token
    assert path.stat().st_mode & 0o077 == 0
