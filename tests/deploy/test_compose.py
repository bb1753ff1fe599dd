"""docker-compose.yml and deploy/Dockerfile, read as they are: no engine is needed."""

import importlib
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tieout_runtime.settings import CommonSettings, ListenSettings, refuse_unknown

PROJECT = Path(__file__).resolve().parents[2]
SERVICES = ("ingest", "matcher", "exceptions", "gateway")
DAEMONS = (*SERVICES, "postgres", "kafka")
LOWEST_GRACE_SECONDS = 30


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((PROJECT / "docker-compose.yml").read_text("utf-8")))


def own_settings(service: str) -> type[ListenSettings]:
    module = importlib.import_module(f"tieout_{service}.settings")
    (found,) = (
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, ListenSettings)
        and value.__module__ == module.__name__
    )
    return found


def test_nothing_else_runs(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {*DAEMONS, "migrate"}


@pytest.mark.parametrize("name", DAEMONS)
def test_a_daemon_is_watched_restarted_and_given_time_to_end(
    compose: dict[str, Any], name: str
) -> None:
    service = compose["services"][name]

    assert service["healthcheck"]["test"][0] == "CMD"
    assert service["restart"] == "unless-stopped"
    assert int(service["stop_grace_period"].removesuffix("s")) >= LOWEST_GRACE_SECONDS


@pytest.mark.parametrize("name", [*DAEMONS, "migrate"])
def test_nobody_is_root_or_can_become_it(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]

    assert service["user"].partition(":")[0] not in {"", "0", "root"}
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service


@pytest.mark.parametrize("name", [*DAEMONS, "migrate"])
def test_every_image_is_pinned_to_a_patch_release(compose: dict[str, Any], name: str) -> None:
    image = compose["services"][name]["image"]

    assert re.fullmatch(r"[a-z/]+:\d+\.\d+(\.\d+)?", image), image


def test_the_servers_are_those_the_tests_run_on(compose: dict[str, Any]) -> None:
    servers = importlib.import_module("fixtures.container_servers")

    assert compose["services"]["postgres"]["image"] == servers.POSTGRES_IMAGE
    assert compose["services"]["kafka"]["image"] == servers.KAFKA_IMAGE


def test_the_gateway_alone_is_published_and_only_on_loopback(compose: dict[str, Any]) -> None:
    published = {
        name: service["ports"]
        for name, service in compose["services"].items()
        if "ports" in service
    }

    assert list(published) == ["gateway"]
    assert all(port.startswith("127.0.0.1:") for port in published["gateway"])


def test_the_gateway_alone_reaches_the_outside(compose: dict[str, Any]) -> None:
    outside = [
        name for name, service in compose["services"].items() if service["networks"] != ["inside"]
    ]

    assert outside == ["gateway"]
    assert compose["networks"]["inside"]["internal"] is True


def test_what_must_outlive_a_container_lies_in_a_named_volume(compose: dict[str, Any]) -> None:
    mounts = {
        mount.partition(":")[0]: (name, mount.partition(":")[2])
        for name, service in compose["services"].items()
        for mount in service.get("volumes", [])
    }
    spool = compose["services"]["ingest"]["environment"]["TIEOUT_INGEST_SPOOL_DIR"]

    assert set(mounts) == set(compose["volumes"])
    assert mounts["postgres-data"] == ("postgres", "/var/lib/postgresql")
    assert mounts["kafka-data"][1] == compose["services"]["kafka"]["environment"]["KAFKA_LOG_DIRS"]
    assert mounts["ingest-spool"] == ("ingest", spool)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_knows_every_key_it_is_given_and_misses_none(
    compose: dict[str, Any], service: str
) -> None:
    environment = compose["services"][service]["environment"]
    own = own_settings(service)
    fields = {
        f"{settings.model_config['env_prefix']}{name.upper()}": field
        for settings in (CommonSettings, own)
        for name, field in settings.model_fields.items()
    }

    refuse_unknown(environment, own)

    assert set(environment) <= set(fields)
    assert {key for key, field in fields.items() if field.is_required()} <= set(environment)


@pytest.mark.parametrize("service", SERVICES)
def test_every_setting_of_a_service_can_be_set_in_the_env_file(
    compose: dict[str, Any], service: str
) -> None:
    """What has no value here has that of `.env`; without one it is not set at all."""
    environment = compose["services"][service]["environment"]
    own = own_settings(service)
    keys = {f"{own.model_config['env_prefix']}{name.upper()}" for name in own.model_fields}

    assert keys <= set(environment)
    assert environment["TIEOUT_LOG_LEVEL"] is None


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_starts_after_the_migrations_and_is_ready_where_it_listens(
    compose: dict[str, Any], service: str
) -> None:
    definition = compose["services"][service]
    port = definition["environment"][f"TIEOUT_{service.upper()}_PORT"]

    assert definition["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    assert f"http://127.0.0.1:{port}/readyz" in definition["healthcheck"]["test"][-1]
    assert definition["command"] == ["python", "-m", f"tieout_{service}"]


def test_no_service_holds_the_administrators_password(compose: dict[str, Any]) -> None:
    holders = {
        name
        for name, service in compose["services"].items()
        if "TIEOUT_POSTGRES_PASSWORD" in str(service["environment"])
    }

    assert holders == {"postgres", "migrate"}


def test_every_secret_is_required_and_explained() -> None:
    text = (PROJECT / "docker-compose.yml").read_text("utf-8")
    used = dict(re.findall(r"\$\{(\w+)(:[?-])", text))
    explained = re.findall(
        r"^(\w+)=", (PROJECT / "deploy/compose.env.example").read_text(), re.MULTILINE
    )

    assert set(used) == set(explained)
    assert {name for name, mark in used.items() if mark == ":-"} == {"TIEOUT_GATEWAY_LOOPBACK_PORT"}
