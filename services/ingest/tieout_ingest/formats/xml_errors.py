"""What the XML parser says, as refusals a person can act on."""

from lxml import etree

from tieout_ingest.domain.refusals import FileRefused

_TOO_DEEP = "Excessive depth"
_TOO_LONG = ("Buffer size limit", "too long", "Huge input")


def refused(error: etree.XMLSyntaxError) -> FileRefused:
    """Name the refusal for a parser error: nesting, an oversized text, or broken XML."""
    message = (error.msg or "").partition(", line ")[0]
    line = error.lineno or 1
    if _TOO_DEEP in message:
        return FileRefused("nesting_too_deep", f"line {line}: elements nest deeper than 256")
    if any(sign in message for sign in _TOO_LONG):
        return FileRefused("text_too_long", f"line {line}: a text is longer than 10 MB")
    return FileRefused(
        "not_well_formed",
        f"line {line}: {message or 'the XML ends early'}; upload the complete file again",
    )
