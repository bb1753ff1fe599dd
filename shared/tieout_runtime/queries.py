"""SQL lives in `sql/queries.sql` of its service, each statement with a name and a purpose."""

import re
from importlib.resources import files

_NAME = re.compile(r"^-- name:(.*)$", re.MULTILINE)


class Queries(dict[str, str]):
    """Statements by name; a missing name is a KeyError at start, not at first use."""


def load_queries(package: str, file_name: str = "queries.sql") -> Queries:
    """Read `<package>/sql/<file_name>`: `-- name: x`, a purpose line `-- …`, the statement.

    Raises ValueError for a doubled or unreadable name or a statement without a purpose.
    """
    text = (files(package) / "sql" / file_name).read_text(encoding="utf-8")
    parts = _NAME.split(text)[1:]
    found = Queries()
    for given, body in zip(parts[::2], parts[1::2], strict=True):
        name, statement = given.strip(), body.strip()
        if name in found or not name.isidentifier() or not statement.startswith("-- "):
            raise ValueError(
                f"{package}: query {name!r} is doubled, is no plain word or has no line of purpose"
            )
        found[name] = statement
    return found
