"""The settlement files as ingest reads them, without any service."""

from pathlib import Path

from real.camt_corpus import camt_paths
from tieout_ingest.domain.drafts import Record
from tieout_ingest.domain.limits import Limits
from tieout_ingest.domain.profile import CamtProfile, Profile
from tieout_ingest.domain.statement import StatementReport
from tieout_ingest.formats.reading import read, survey

REPORT_PROFILE = Profile(camt=CamtProfile(records_from="proprietary_balances"))
Days = dict[str, tuple[list[Record], list[StatementReport]]]


def read_days(corpus: Path, scratch: Path) -> dict[str, Days]:
    """Read every settlement file: kind → day → (records, statement reports)."""
    found: dict[str, Days] = {"052": {}, "054": {}}
    for name, path in camt_paths(corpus, scratch):
        for kind, profile in (("052", REPORT_PROFILE), ("054", Profile())):
            if f"camt-to-coda__CAMT_{kind}_" in name or path.name.startswith(f"CAMT_{kind}_"):
                surveyed = survey(path, profile=profile, limits=Limits())
                outcomes = list(read(path, surveyed=surveyed, profile=profile, limits=Limits()))
                records = [one for one in outcomes if isinstance(one, Record)]
                assert len(records) == len(outcomes)
                found[kind][path.stem[-10:]] = (records, surveyed.statements)
    return found
