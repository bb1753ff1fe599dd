"""camt bytes → entries, balances and statement ends, in file order, in flat memory.

Namespace-agnostic by local name. What has been read is cut from the tree at once, and an element
that does not end within a limit refuses the file, so memory never grows with the file.
"""

from collections.abc import Iterator
from typing import BinaryIO, cast

from lxml import etree

from tieout_ingest.domain.camt import Balance, Detail, Entry, Event, StatementEnd
from tieout_ingest.domain.limits import KIB, Limits
from tieout_ingest.domain.refusals import FileRefused
from tieout_ingest.formats.xml_errors import refused

CHUNK_BYTES = 64 * KIB
HEAD_ELEMENTS = frozenset({"Id", "CreDtTm", "Acct"})
GROUP_ELEMENTS = frozenset({"GrpHdr"})
Element = etree._Element  # noqa: SLF001 - lxml exports its element type under no other name


def read_events(
    source: BinaryIO, *, statement_element: str, limits: Limits, with_xml: bool
) -> Iterator[Event]:
    """Yield the events of one camt message; FileRefused when the XML is broken or over a limit.

    `with_xml` keeps each element's own XML as its raw content (pass 2).
    """
    parser = etree.XMLPullParser(
        events=("end",),
        tag=("{*}" + statement_element, "{*}Ntry", "{*}TxDtls", "{*}Bal"),
        resolve_entities=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    tree = _Tree(statement_element, limits, with_xml=with_xml)
    unfinished = 0
    try:
        while chunk := source.read(CHUNK_BYTES):
            parser.feed(chunk)
            unfinished += len(chunk)
            for _, element in cast("Iterator[tuple[str, Element]]", parser.read_events()):
                unfinished = 0
                event = tree.take(element)
                if event is not None:
                    yield event
            if unfinished > limits.unfinished_element_bytes:
                raise FileRefused(
                    "element_too_large",
                    f"{tree.place()}: an element holds more than "
                    f"{limits.unfinished_element_bytes} bytes",
                )
        parser.close()
    except etree.XMLSyntaxError as error:
        raise refused(error) from None


class _Tree:
    """The part of the document that is still needed: where we are, and what is half read."""

    def __init__(self, statement_element: str, limits: Limits, *, with_xml: bool) -> None:
        self._statement_element = statement_element
        self._limits = limits
        self._with_xml = with_xml
        self._statement = 1
        self._entry = 1
        self._balance = 1
        self._details: list[Detail] = []
        self._head: dict[str, str] = {}
        self._group: dict[str, str] = {}

    def place(self) -> str:
        return f"{self._statement_element}[{self._statement}]/Ntry[{self._entry}]"

    def take(self, element: Element) -> Event | None:
        """Turn a finished element into its event and cut it from the tree."""
        name = _local_name(element)
        parents = _parents(element)
        if name == "TxDtls" and parents == ("NtryDtls", "Ntry", self._statement_element):
            self._take_detail(element)
            return None
        if name == "Ntry" and parents[0] == self._statement_element:
            return self._take_entry(element)
        if name == "Bal" and parents[0] == self._statement_element:
            return self._take_balance(element)
        if name == self._statement_element and parents[1] == "Document":
            return self._take_statement(element)
        return None

    def _take_detail(self, element: Element) -> None:
        if len(self._details) >= self._limits.details_per_entry:
            raise FileRefused(
                "too_many_details",
                f"{self.place()} has more than {self._limits.details_per_entry} details",
            )
        self._details.append(
            Detail(
                line=_line(element),
                path=f"{self.place()}/TxDtls[{len(self._details) + 1}]",
                texts=texts_of(element),
                xml=self._xml(element),
            )
        )
        element.clear()
        _cut_before(element, frozenset(), {})

    def _take_entry(self, element: Element) -> Entry:
        for details in element.iterfind("{*}NtryDtls"):
            for detail in details.findall("{*}TxDtls"):
                details.remove(detail)
        entry = Entry(
            line=_line(element),
            path=self.place(),
            statement=self._statement,
            texts=texts_of(element),
            xml=self._xml(element),
            details=tuple(self._details),
        )
        self._details = []
        self._entry += 1
        element.clear()
        _cut_before(element, HEAD_ELEMENTS, self._head)
        return entry

    def _take_balance(self, element: Element) -> Balance:
        balance = Balance(
            line=_line(element),
            path=f"{self._statement_element}[{self._statement}]/Bal[{self._balance}]",
            statement=self._statement,
            texts=texts_of(element),
            xml=self._xml(element),
        )
        self._balance += 1
        element.clear()
        _cut_before(element, HEAD_ELEMENTS, self._head)
        return balance

    def _take_statement(self, element: Element) -> StatementEnd:
        _cut_before(element, GROUP_ELEMENTS, self._group)
        for child in element:
            _absorb(child, HEAD_ELEMENTS, self._head)
        end = StatementEnd(
            line=_line(element),
            path=f"{self._statement_element}[{self._statement}]",
            statement=self._statement,
            texts={**self._group, **self._head},
        )
        self._statement, self._entry, self._balance, self._head = self._statement + 1, 1, 1, {}
        element.clear()
        return end

    def _xml(self, element: Element) -> str:
        if not self._with_xml:
            return ""
        return etree.tostring(element, encoding="unicode", with_tail=False)


def texts_of(element: Element) -> dict[str, str]:
    """Flatten an element to its texts by local path (see domain.camt)."""
    texts: dict[str, str] = {}
    remittance: list[str] = []
    _flatten(element, "", texts, remittance)
    if any(remittance):
        texts["RmtInf/Ustrd"] = " ".join(filter(None, remittance))
    return texts


def _flatten(element: Element, prefix: str, texts: dict[str, str], remittance: list[str]) -> None:
    for child in element:
        tag = child.tag
        path = prefix + tag[tag.rfind("}") + 1 :]
        if len(child):
            _flatten(child, path + "/", texts, remittance)
            continue
        text = (child.text or "").strip()
        amount = path.endswith("Amt")
        if path == "RmtInf/Ustrd":
            remittance.append(text)
        elif path not in texts and (text or amount):
            texts[path] = text
            if amount:
                texts[path + "@Ccy"] = child.get("Ccy", "")


def _cut_before(element: Element, kept: frozenset[str], into: dict[str, str]) -> None:
    parent = element.getparent()
    while parent is not None and (earlier := element.getprevious()) is not None:
        _absorb(earlier, kept, into)
        parent.remove(earlier)


def _absorb(element: Element, kept: frozenset[str], into: dict[str, str]) -> None:
    name = _local_name(element)
    if name not in kept:
        return
    if len(element):
        for path, text in texts_of(element).items():
            into.setdefault(f"{name}/{path}", text)
    elif element.text:
        into.setdefault(name, element.text.strip())


def _local_name(element: Element) -> str:
    return element.tag[element.tag.rfind("}") + 1 :]


def _parents(element: Element) -> tuple[str, str, str]:
    first = element.getparent()
    second = None if first is None else first.getparent()
    third = None if second is None else second.getparent()
    return _name_or_none(first), _name_or_none(second), _name_or_none(third)


def _name_or_none(element: Element | None) -> str:
    return "" if element is None else _local_name(element)


def _line(element: Element) -> int:
    line = element.sourceline
    return line if isinstance(line, int) else 0
