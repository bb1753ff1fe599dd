from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the API answered; the names of `headers` are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(default=b"", repr=False)

    @property
    def request_id(self) -> str | None:
        return self.headers.get("x-request-id")

    @property
    def etag(self) -> str | None:
        """Name the version that was read, to be given as `if_match`."""
        return self.headers.get("etag")

    @property
    def replayed(self) -> bool | None:
        """Tell whether an earlier, equal request did the work; None of a reading request."""
        told = self.headers.get("x-idempotency-replayed")
        return None if told is None else told == "true"
