"""The spool: uploads on a durable disk between their arrival and the end of their loading."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

ORPHAN_AGE_S = 3_600.0
_ARRIVING = ".arriving"


class Spooled(Struct, frozen=True, kw_only=True):
    """A whole upload: its name in the spool, its hash and its size."""

    name: str
    sha256: bytes
    size_bytes: int


class Arriving:
    """An upload while it is written; `keep` makes it survive, else it is gone in the end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._name = secrets.token_hex(16)
        self._path = folder / (self._name + _ARRIVING)
        self._file = self._path.open("xb")
        self._hash = hashlib.sha256()
        self.size_bytes = 0

    @property
    def path(self) -> Path:
        return self._path

    def write(self, content: bytes) -> None:
        self._file.write(content)
        self._hash.update(content)
        self.size_bytes += len(content)

    def flush(self) -> Spooled:
        """Finish writing; the file lies complete at `path`."""
        self._file.flush()
        return Spooled(name=self._name, sha256=self._hash.digest(), size_bytes=self.size_bytes)

    def keep(self) -> None:
        """Make it durable under its name: file, then the folder that names it."""
        os.fsync(self._file.fileno())
        self._path.rename(self._folder / self._name)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def close(self) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)


class Spool:
    """One folder, which an instance has for itself or shares with others."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def arriving(self) -> Iterator[Arriving]:
        upload = Arriving(self._folder)
        try:
            yield upload
        finally:
            upload.close()

    def path_of(self, name: str) -> Path:
        return self._folder / name

    def holds(self, name: str) -> bool:
        return self.path_of(name).is_file()

    def remove(self, name: str) -> None:
        self.path_of(name).unlink(missing_ok=True)

    def remove_orphans(self, *, needed: set[str], now_s: float) -> int:
        """Remove what no batch needs and nobody is writing any more; returns how many."""
        removed = 0
        for path in self._folder.iterdir():
            old = path.stat().st_mtime < now_s - ORPHAN_AGE_S
            if old and path.name not in needed:
                path.unlink(missing_ok=True)
                removed += 1
        return removed
