from pathlib import Path

import pytest

from tieout_local.brokers import Broker, choose_broker
from tieout_local.kafka_programs import KafkaMissingError, java_program, kafka_jars


def choose(environment: dict[str, str], folder: Path, said: list[str]) -> Broker:
    return choose_broker(
        environment, folder=folder, log_path=folder / "log", register=None, say=said.append
    )


def put_java(folder: Path, *, version: str) -> None:
    program = folder / "java"
    program.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n", "ascii")
    program.chmod(0o755)


@pytest.fixture
def empty_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.mark.usefixtures("empty_path")
def test_without_java_a_memory_broker_stands_in_and_says_so_in_one_sentence(tmp_path: Path) -> None:
    said: list[str] = []

    broker = choose({}, tmp_path, said)

    assert (broker.durable, broker.idempotent) == (False, False)
    (sentence,) = said
    assert "java is missing: install a JRE 17 or newer" in sentence
    assert "TIEOUT_KAFKA_BOOTSTRAP" in sentence


def test_an_old_java_is_named(empty_path: Path) -> None:
    put_java(empty_path, version="11.0.2")

    with pytest.raises(KafkaMissingError, match="java 11 is too old: install 17 or newer"):
        java_program()


def test_the_oldest_numbering_of_java_is_understood(empty_path: Path) -> None:
    put_java(empty_path, version="1.8.0_402")

    with pytest.raises(KafkaMissingError, match="java 8 is too old"):
        java_program()


def test_without_maven_and_a_cache_the_remedy_is_named(empty_path: Path, tmp_path: Path) -> None:
    put_java(empty_path, version="17.0.1")

    with pytest.raises(KafkaMissingError, match="mvn is missing: install Maven"):
        kafka_jars(tmp_path / "cache")


@pytest.mark.usefixtures("empty_path")
def test_a_filled_cache_needs_no_maven(tmp_path: Path) -> None:
    jars = tmp_path / "cache" / "kafka-4.3.1"
    jars.mkdir(parents=True)

    assert kafka_jars(tmp_path / "cache") == jars


def test_a_given_broker_is_taken_with_what_is_said_of_it(tmp_path: Path) -> None:
    said: list[str] = []

    broker = choose(
        {"TIEOUT_KAFKA_BOOTSTRAP": "127.0.0.1:1", "TIEOUT_KAFKA_IDEMPOTENT": "false"},
        tmp_path,
        said,
    )

    assert (broker.bootstrap, broker.durable, broker.idempotent) == ("127.0.0.1:1", True, False)
    assert said == []
