"""Which reconciliation makes an organisation's cases, and by which streams evidence comes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

EvidenceKind = Literal["provider", "chain", "bank", "file"]
KINDS: tuple[EvidenceKind, ...] = ("provider", "chain", "bank", "file")


@dataclass(frozen=True, kw_only=True, slots=True)
class Book:
    """The reconciliation of an organisation that makes cases: intents on side B, evidence on A."""

    organization_id: int
    reconciliation_id: int
    intent_stream_id: int
    provider_stream_id: int
    chain_stream_id: int
    bank_stream_id: int
    file_stream_id: int
    created_at: datetime

    def kind_of(self, stream_id: int) -> EvidenceKind:
        """Return what kind of evidence comes by a stream; one that joined later counts as file."""
        known: dict[int, EvidenceKind] = {
            self.provider_stream_id: "provider",
            self.chain_stream_id: "chain",
            self.bank_stream_id: "bank",
        }
        return known.get(stream_id, "file")

    def stream_of(self, kind: EvidenceKind) -> int:
        """Return the stream by which evidence of a kind comes."""
        return {
            "provider": self.provider_stream_id,
            "chain": self.chain_stream_id,
            "bank": self.bank_stream_id,
            "file": self.file_stream_id,
        }[kind]
