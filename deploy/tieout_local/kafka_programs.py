"""The jars of Apache Kafka, fetched once by Maven into a cache that processes may share."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from tieout_local.locks import exclusive

KAFKA_VERSION = "4.3.1"
_LOG4J_VERSION = "2.24.3"
_OLDEST_JAVA = 17
_FETCH_SECONDS = 600
_POM = f"""<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>tieout</groupId>
  <artifactId>local-kafka</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>{KAFKA_VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.apache.logging.log4j</groupId>
      <artifactId>log4j-slf4j-impl</artifactId>
      <version>{_LOG4J_VERSION}</version>
    </dependency>
  </dependencies>
</project>
"""


class KafkaMissingError(Exception):
    """Apache Kafka cannot run here; the text names what is missing and the remedy."""


def java_program() -> str:
    """Path of a Java that Kafka runs on. Raises KafkaMissingError."""
    java = shutil.which("java")
    if java is None:
        raise KafkaMissingError(
            f"java is missing: install a JRE {_OLDEST_JAVA} or newer (Debian: default-jre-headless)"
        )
    answer = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    found = re.search(r'version "(?:1\.)?(\d+)', answer.stderr)
    if found is None or int(found.group(1)) < _OLDEST_JAVA:
        version = found.group(1) if found else "of unknown version"
        raise KafkaMissingError(f"java {version} is too old: install {_OLDEST_JAVA} or newer")
    return java


def kafka_jars(cache: Path | None = None) -> Path:
    """Folder of Kafka's jars; fetched on first use. Raises KafkaMissingError."""
    cache = cache or cache_folder()
    jars = cache / f"kafka-{KAFKA_VERSION}"
    if not jars.exists():
        with exclusive(cache / f"kafka-{KAFKA_VERSION}.lock"):
            if not jars.exists():
                _fetch(jars)
    return jars


def require_kafka(cache: Path | None = None) -> str:
    """Check, without fetching, that Kafka can run here; return the Java it would run on.

    Raises KafkaMissingError.
    """
    java = java_program()
    if not (cache or cache_folder()).joinpath(f"kafka-{KAFKA_VERSION}").exists():
        _maven_program()
    return java


def cache_folder() -> Path:
    """`.cache` of the checkout this package runs from, else the user's cache folder."""
    checkout = Path(__file__).resolve().parents[2]
    if (checkout / "pyproject.toml").exists():
        return checkout / ".cache"
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return home / "tieout"


def _fetch(jars: Path) -> None:
    maven = _maven_program()
    with tempfile.TemporaryDirectory(dir=jars.parent, prefix="kafka-") as partial:
        Path(partial, "pom.xml").write_text(_POM, "ascii")
        answer = subprocess.run(
            [
                maven,
                *("-q", "-B", "dependency:copy-dependencies"),
                *("-DincludeScope=runtime", "-DoutputDirectory=jars"),
            ],
            cwd=partial,
            capture_output=True,
            text=True,
            timeout=_FETCH_SECONDS,
            check=False,
        )
        if answer.returncode != 0:
            reason = (answer.stdout + answer.stderr).strip().splitlines()[:3]
            raise KafkaMissingError(f"Maven could not fetch Kafka's jars: {' '.join(reason)}")
        Path(partial, "jars").rename(jars)


def _maven_program() -> str:
    maven = shutil.which("mvn")
    if maven is None:
        raise KafkaMissingError("mvn is missing: install Maven (Debian: maven)")
    return maven
