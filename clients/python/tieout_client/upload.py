from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

File = Path | BinaryIO


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file that is read piece by piece while it is sent, each time from its beginning."""

    filename: str
    source: File

    @property
    def can_be_repeated(self) -> bool:
        return isinstance(self.source, Path) or self.source.seekable()

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """Open a path and close it again; leave an open file open. httpx2 rewinds what it can."""
        if isinstance(self.source, Path):
            with self.source.open("rb") as file:
                yield file
        else:
            yield self.source


def upload_of(file: File, filename: str | None) -> Upload:
    """Take a path, or a file opened for reading bytes."""
    named = file.name if isinstance(file, Path) else Path(str(getattr(file, "name", "file"))).name
    return Upload(filename=filename or named, source=file)
