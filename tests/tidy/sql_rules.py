"""Rules of SQL files: every query has a name, a purpose and a use; every tenant table a guard."""

import ast
import re
from collections.abc import Iterator, Sequence

from tidy.sources import Source

_NAME = re.compile(r"^--\s*name\s*:(.*)$", re.MULTILINE)
_TABLE = re.compile(
    r"^CREATE TABLE (?:IF NOT EXISTS )?([\w.]+) \((.*?)^\)", re.MULTILINE | re.DOTALL
)
_GUARD = re.compile(r"CALL protect_tenant_table\('([\w.]+)'\)")
Place = tuple[str, str]  # package and file name


def query_files(sources: Sequence[Source]) -> list[Source]:
    return [
        one
        for one in sources
        if one.package and one.path.endswith(".sql") and "/migrations/" not in one.path
    ]


def queries_named(source: Source) -> Iterator[str]:
    """Find a statement without a name, a readable name, a purpose line or any SQL."""
    head, *parts = _NAME.split(source.text)
    if _statement(head):
        yield f"{source.path}: a statement before the first name"
    for given, body in zip(parts[::2], parts[1::2], strict=True):
        name, first = given.strip(), body.strip().partition("\n")[0]
        if not name.isidentifier():
            yield f"{source.path}: {name!r} is no plain word"
        if not re.match(r"-- \S", first):
            yield f"{source.path}: {name} has no line of purpose"
        if not _statement(body):
            yield f"{source.path}: {name} has no statement"


def _statement(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("--")).strip()


def query_uses(queries: Sequence[Source], modules: Sequence[Source]) -> Iterator[str]:
    """Find a query that no module with its file names, and a subscript of no query."""
    named = {_place(one): _names(one) for one in queries}
    used: dict[Place, set[str]] = {place: set() for place in named}
    for module in modules:
        for variable, place in _loaded(module, modules).items():
            used.setdefault(place, set()).update(_words(module))
            for name, line in _subscripts(module, variable):
                if name not in named.get(place, ()):
                    yield f"{module.path}:{line}: there is no query {name} in {place[1]}"
    for place, names in named.items():
        for name in sorted(names - used[place]):
            yield f"{place[0]}/{place[1]}: the query {name} is never used"


def _place(queries: Source) -> Place:
    return queries.package, queries.path.rpartition("/")[2]


def _names(queries: Source) -> set[str]:
    return {name.strip() for name in _NAME.findall(queries.text)}


def _words(module: Source) -> set[str]:
    return {str(one.value) for one in ast.walk(module.tree) if isinstance(one, ast.Constant)}


def _loaded(module: Source, modules: Sequence[Source]) -> dict[str, Place]:
    """Map the variables that hold queries, made here or imported, to package and file."""
    found = _assigned(module)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            origin = node.module.replace(".", "/") + ".py"
            for other in (one for one in modules if one.path.endswith("/" + origin)):
                names = {alias.name for alias in node.names}
                found |= {key: at for key, at in _assigned(other).items() if key in names}
    return found


def _assigned(module: Source) -> dict[str, Place]:
    found: dict[str, Place] = {}
    for node in module.tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            call, target = node.value, node.targets[0]
            loads = isinstance(call.func, ast.Name) and call.func.id == "load_queries"
            if loads and isinstance(target, ast.Name):
                package, *file = [ast.literal_eval(argument) for argument in call.args]
                found[target.id] = (package, file[0] if file else "queries.sql")
    return found


def _subscripts(module: Source, variable: str) -> Iterator[tuple[str, int]]:
    for node in ast.walk(module.tree):
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.value, ast.Name)
            and node.value.id == variable
            and isinstance(node.slice, ast.Constant)
        ):
            yield str(node.slice.value), node.lineno


def tenant_tables_guarded(source: Source) -> Iterator[str]:
    """Find a table with an organisation that the same migration does not protect."""
    guarded = set(_GUARD.findall(source.text))
    for name, columns in _TABLE.findall(source.text):
        if re.search(r"^\s*organization_id\b", columns, re.MULTILINE) and name not in guarded:
            yield f"{source.path}: {name} has organization_id and no protect_tenant_table"
