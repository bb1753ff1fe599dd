"""Which operations answer page by page, and where in the answer the items are."""

from dataclasses import dataclass

from client_generator.document import Document, Json, Operation, ref_of

_CURSORS = ("next_cursor", "nextCursor")
_ITEMS = ("data", "items")
# A page of something else besides a list says here which of its members is one.
_OWN_LISTS = {"get_balance_proof": "days"}
# An object that shows a page of its parts.
_OWN_PAGES = {"get_bulk_request": "results"}


@dataclass(frozen=True, kw_only=True)
class PageForm:
    """`items` and `onward` are Python, of a variable `page`; `place` are parameters it steers.

    `method` names the iterating method where the operation itself is no list.
    """

    item: str
    items: str
    onward: str
    place: tuple[str, ...]
    method: str | None


def page_form(operation: Operation, document: Document) -> PageForm | None:
    """Say how an operation's pages are read; None of one that has no pages."""
    steered = {one.name for one in operation.query} & {"cursor", "offset"}
    if not steered:
        return None
    (place,) = steered
    page = _schema(operation.answers[0] or {}, document)
    inside = _OWN_PAGES.get(operation.id)
    own_list = _OWN_LISTS.get(operation.id)
    method = inside or own_list
    if inside is not None:
        page = _schema(page["properties"][inside], document)
    items = own_list or next(name for name in _ITEMS if name in page["properties"])
    return PageForm(
        item=ref_of(page["properties"][items]["items"]) or "",
        items=f"{inside}.{items}" if inside else items,
        onward=_onward(page, place, inside),
        place=(place,),
        method=f"iterate_{method}" if method else None,
    )


def _onward(page: Json, place: str, inside: str | None) -> str:
    if place == "cursor":
        if not any(name in page["properties"] for name in _CURSORS):
            raise ValueError("a list that is read by cursor has no cursor of its next page")
        return "by_cursor"
    if "has_more" not in page["properties"]:
        raise ValueError("a list that is read by offset does not say whether there is more")
    if inside is None:
        return "by_offset"
    return f"lambda asked, page, behind: by_offset(asked, page.{inside}, behind)"


def _schema(schema: Json, document: Document) -> Json:
    ref = ref_of(schema)
    return schema if ref is None else document.schemas[ref]
