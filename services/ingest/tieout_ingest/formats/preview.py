"""A look at a file before it is imported: a proposed profile and what its first rows would be."""

from contextlib import closing
from itertools import islice
from pathlib import Path

from msgspec import Raw, Struct

from tieout_ingest.domain.drafts import Record
from tieout_ingest.domain.limits import KIB, Limits
from tieout_ingest.domain.profile import Profile
from tieout_ingest.domain.proposing import propose
from tieout_ingest.domain.refusals import FileRefused, Notice, Problem, Rejection
from tieout_ingest.domain.sniffing import cut
from tieout_ingest.domain.statement import StatementReport
from tieout_ingest.formats.csv_text import text_shape
from tieout_ingest.formats.reading import read, survey
from tieout_ingest.formats.upload import Format, detect_format, opened

SAMPLE_BYTES = 64 * KIB
LEGACY_ENCODING = "windows-1252"  # what exports that are not UTF-8 mostly are; asked, not decided


class PreviewRow(Struct, frozen=True, kw_only=True):
    """One row as it would be loaded: its fields, or why it would be rejected."""

    line: int
    fields: Raw | None = None
    rejection: Rejection | None = None


class Preview(Struct, frozen=True, kw_only=True):
    """`profile` is a proposal to declare (or the given one); `questions` need a person's answer."""

    format: Format
    profile: Profile
    questions: list[Problem]
    rows: list[PreviewRow]
    statements: list[StatementReport]
    warnings: list[Notice]


def preview(path: Path, *, profile: Profile | None, limits: Limits, rows: int = 20) -> Preview:
    """Show how a file reads with a profile, or propose one. It stores and decides nothing.

    A file that would be refused is no error here: the refusal is among the questions. Raises
    FileRefused only for what no profile can mend (size, archive, an empty file).
    """
    with opened(path, limits) as source:
        kind = detect_format(source)
    questions: list[Problem] = []
    if profile is None:
        profile = Profile()
        if kind == "csv":
            profile, questions = _proposed(path, limits)
    try:
        surveyed = survey(path, profile=profile, limits=limits)
    except FileRefused as refused:
        if not any(one.code == refused.code for one in questions):
            problem = Problem(path=f"$.{kind}", code=refused.code, message=refused.message)
            questions.append(problem)
        return Preview(
            format=kind, profile=profile, questions=questions, rows=[], statements=[], warnings=[]
        )
    with closing(read(path, surveyed=surveyed, profile=profile, limits=limits)) as outcomes:
        shown = [_row(one) for one in islice(outcomes, rows)]
    return Preview(
        format=kind,
        profile=profile,
        questions=questions,
        rows=shown,
        statements=surveyed.statements,
        warnings=surveyed.warnings,
    )


def _proposed(path: Path, limits: Limits) -> tuple[Profile, list[Problem]]:
    with opened(path, limits) as source:
        shape = text_shape(source, Profile().csv, limits)
        source.seek(0)
        sample = source.read(SAMPLE_BYTES)
    encoding = LEGACY_ENCODING if shape.undecodable else None
    text = sample.decode(encoding or shape.encoding, errors="ignore")
    proposed, questions = propose(cut(text), encoding)
    if encoding is not None:
        message = f"the file is not UTF-8; {LEGACY_ENCODING} is assumed: check the letters below"
        question = Problem(path="$.csv.encoding", code="encoding_required", message=message)
        questions = [question, *questions]
    return Profile(csv=proposed), questions


def _row(outcome: Record | Rejection) -> PreviewRow:
    if isinstance(outcome, Rejection):
        return PreviewRow(line=outcome.line, rejection=outcome)
    return PreviewRow(line=outcome.line, fields=Raw(outcome.fields_json))
