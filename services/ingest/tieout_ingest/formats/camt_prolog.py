"""The first bytes of an XML file: refuse a DOCTYPE and anything that is no camt message."""

from typing import BinaryIO

from lxml import etree
from msgspec import Struct

from tieout_ingest.domain.limits import KIB, Limits
from tieout_ingest.domain.refusals import FileRefused, shown
from tieout_ingest.formats.xml_errors import refused

CHUNK_BYTES = 4 * KIB  # the two elements stand near the start
MESSAGES = {
    "BkToCstmrAcctRpt": ("camt.052", "Rpt"),
    "BkToCstmrStmt": ("camt.053", "Stmt"),
    "BkToCstmrDbtCdtNtfctn": ("camt.054", "Ntfctn"),
}
NAMESPACE_STEM = "urn:iso:std:iso:20022:tech:xsd:"
_ROOT_AND_MESSAGE = 2


class Message(Struct, frozen=True, kw_only=True):
    """Which message a file holds; `namespace` is empty when it states none."""

    kind: str
    statement_element: str
    namespace: str

    @property
    def version(self) -> str | None:
        """The version by namespace (`camt.053.001.08`), None when it is no known one."""
        version = self.namespace.removeprefix(NAMESPACE_STEM)
        return version if version.startswith(self.kind) else None


class _Opening:
    """A parser target that hears the first two elements and no DOCTYPE."""

    def __init__(self) -> None:
        self.tags: list[str] = []

    def doctype(self, _name: str, _public: str | None, _system: str | None) -> None:
        raise FileRefused("doctype_forbidden", "the file declares a DOCTYPE; export it without one")

    def start(self, tag: str | bytes, attrib: dict[str | bytes, str | bytes]) -> None:  # noqa: ARG002 - lxml's protocol
        if len(self.tags) < _ROOT_AND_MESSAGE:
            self.tags.append(str(tag))

    def end(self, tag: str | bytes) -> None:
        """Nothing ends that matters here."""

    def data(self, data: str | bytes) -> None:
        """No text matters here."""

    def comment(self, text: str | bytes) -> None:
        """No comment matters here."""

    def close(self) -> None:
        """Nothing is built."""


def read_prolog(source: BinaryIO, limits: Limits) -> Message:
    """Read as far as the message element, or raise FileRefused: DOCTYPE, wrong root, no XML."""
    opening = _Opening()
    parser = etree.XMLParser(target=opening, resolve_entities=False, no_network=True)
    taken = 0
    try:
        while len(opening.tags) < _ROOT_AND_MESSAGE:
            chunk = source.read(CHUNK_BYTES)
            if not chunk:
                parser.close()
                break
            taken += len(chunk)
            parser.feed(chunk)
            if taken > limits.prolog_bytes and not opening.tags:
                raise FileRefused("prolog_too_long", "the file holds no element near its start")
    except etree.XMLSyntaxError as error:
        if len(opening.tags) < _ROOT_AND_MESSAGE:
            raise refused(error) from None
    return _message(opening.tags)


def _message(tags: list[str]) -> Message:
    names = [tag.rpartition("}")[2] for tag in tags]
    if len(names) < _ROOT_AND_MESSAGE or names[0] != "Document" or names[1] not in MESSAGES:
        raise FileRefused(
            "not_a_camt_message",
            f"the file is {shown('/'.join(names))}; expected Document with one of "
            f"{', '.join(MESSAGES)}",
        )
    kind, statement_element = MESSAGES[names[1]]
    namespace = tags[1].rpartition("}")[0].removeprefix("{")
    return Message(kind=kind, statement_element=statement_element, namespace=namespace)
