"""Rules of Python files. Each rule takes one file and says what is wrong with it, if anything."""

import ast
import re
from collections.abc import Iterator

from tidy.sources import Source

FILE_LINES = 300
FUNCTION_LINES = 70
VAGUE_NAMES = {"utils", "common", "helpers", "manager", "base", "misc", "exceptions"}
# What opens or reads something: only app.py and functions may make it.
_MAKERS = re.compile(
    r"\w*(Settings|Client|Pool|Broker|Producer|Consumer|Server|Intake|Relay|FastAPI)"
    r"|read_settings|create_pool|open_pool|open_plumbing|make_broker|start_producer|connect"
)
_SQL = re.compile(
    r"\b(SELECT\s|INSERT\s+INTO\s|UPDATE\s+[\w.{}]+\s+SET\b|DELETE\s+FROM\s|TRUNCATE\s"
    r"|(CREATE|ALTER|DROP)\s+(TABLE|ROLE|SCHEMA|INDEX|FUNCTION|POLICY|DATABASE|SEQUENCE)\b|GRANT\s)"
)
# Statements that no queries.sql can hold, each with its reason.
SQL_IN_PYTHON = {
    "shared/tieout_runtime/migrate.py": "role and schema names cannot be parameters",
    "shared/tieout_runtime/postgres.py": "names the organisation of the transaction it opens",
    "shared/tieout_runtime/outbox.py": "gives the leader's lock back, on any schema",
}
_SUPPRESSION = re.compile(r"#\s*(noqa: [A-Z]+\d+(, ?[A-Z]+\d+)*|type: ignore\[[\w, -]+\])(.*)$")


def file_length(source: Source) -> Iterator[str]:
    if len(source.lines) > FILE_LINES:
        yield f"{source.path}: {len(source.lines)} lines, at most {FILE_LINES}"


def function_length(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield f"{source.path}:{node.lineno}: {node.name} has {lines} lines"


def module_name(source: Source) -> Iterator[str]:
    parts = source.path.removesuffix(".py").split("/")
    inside = parts[parts.index(source.package) + 1 :] if source.package else parts[-1:]
    for name in sorted(VAGUE_NAMES.intersection(inside)):
        yield f"{source.path}: the name {name!r} does not say what is in it"


def made_at_import(source: Source) -> Iterator[str]:
    """Find what opens or reads something as soon as the module is imported."""
    for call in _calls_at_import(source.tree.body):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else _name(call.func)
        if _MAKERS.fullmatch(name):
            yield f"{source.path}:{call.lineno}: {name}() at import; app.py wires"


def dependencies_wait(source: Source) -> Iterator[str]:
    """A route's dependency that is no coroutine costs each request a change of threads."""
    plain = {one.name: one.lineno for one in source.tree.body if isinstance(one, ast.FunctionDef)}
    for call in ast.walk(source.tree):
        if isinstance(call, ast.Call) and _name(call.func) == "Depends" and call.args:
            name = _name(call.args[0])
            if isinstance(call.args[0], ast.Name) and name in plain:
                yield f"{source.path}:{plain[name]}: {name} is a dependency: async def"


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _calls_at_import(body: list[ast.stmt]) -> Iterator[ast.Call]:
    for statement in body:
        if isinstance(statement, ast.If) and "__name__" in ast.dump(statement.test):
            continue
        yield from _calls_outside_functions(statement)


def _calls_outside_functions(node: ast.AST) -> Iterator[ast.Call]:
    """Walk down to function bodies; defaults of arguments are made at import too."""
    if isinstance(node, ast.Call):
        yield node
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        children: list[ast.AST] = [*node.args.defaults, *filter(None, node.args.kw_defaults)]
    elif isinstance(node, ast.Lambda):
        children = []
    else:
        children = list(ast.iter_child_nodes(node))
    for child in children:
        yield from _calls_outside_functions(child)


def sql_in_strings(source: Source) -> Iterator[str]:
    if source.path in SQL_IN_PYTHON:
        return
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for line, text in _literals(source.tree, docstrings):
        if found := _SQL.search(text):
            yield f"{source.path}:{line}: {found[0].strip()} belongs into sql/*.sql"


def _literals(tree: ast.Module, without: set[int]) -> Iterator[tuple[int, str]]:
    """Yield texts; what an f-string leaves open is {}."""
    inside_others = set(without)
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [one.value if isinstance(one, ast.Constant) else "{}" for one in node.values]
            inside_others |= {id(one) for one in node.values}
            yield node.lineno, "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and id(node) not in inside_others:
            yield node.lineno, str(node.value)


def reasons_for_exceptions(source: Source) -> Iterator[str]:
    """Find a suppressed check without its reason beside it."""
    for number, line in enumerate(source.lines, 1):
        found = _SUPPRESSION.search(line)
        if found and not re.search(r"\w{2,}", found[3]):
            yield f"{source.path}:{number}: {found[1]} without a reason beside it"
