"""What style.md says a machine checks: each rule runs over the project and over a bad sample."""

import importlib
import inspect
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from tidy import document_rules, python_rules, sql_rules
from tidy.sources import PRODUCT, PROJECT, Source, median_lines, python_of, read_project
from tieout_runtime.settings import (
    FOREIGN_KEYS,
    PREFIX,
    SERVICES,
    CommonSettings,
    ListenSettings,
)

SOURCES = read_project()
TEXTS = {one.path: one.text for one in SOURCES}
PYTHON = python_of(SOURCES)
PRODUCT_PYTHON = python_of(SOURCES, *PRODUCT)
QUERIES = sql_rules.query_files(SOURCES)
MIGRATIONS = [one for one in SOURCES if "/migrations/" in one.path and one.path.endswith(".sql")]
MARKDOWN = [one for one in SOURCES if one.path.endswith(".md")]
LOCKS = [one for one in SOURCES if one.path.endswith(".lock")]
PYPROJECT = tomllib.loads(TEXTS["pyproject.toml"])
MEDIAN_LINES = 100
SHARED_MODULES = 15
NOT_SHIPPED = {"client_generator"}

Rule = Callable[[Source], Iterator[str]]
PLACE = "services/matcher/tieout_matcher/sample.py"
LONG_FUNCTION = "def decide() -> None:\n" + "    pass\n" * 70
TABLE = "CREATE TABLE entry (\n    organization_id bigint NOT NULL\n);\n"

RULES: list[tuple[Rule, list[Source]]] = [
    (python_rules.file_length, PYTHON),
    (python_rules.function_length, PYTHON),
    (python_rules.module_name, PRODUCT_PYTHON),
    (python_rules.made_at_import, PRODUCT_PYTHON),
    (python_rules.dependencies_wait, PRODUCT_PYTHON),
    (python_rules.sql_in_strings, PRODUCT_PYTHON),
    (python_rules.reasons_for_exceptions, PRODUCT_PYTHON),
    (sql_rules.queries_named, QUERIES),
    (sql_rules.tenant_tables_guarded, MIGRATIONS),
    (document_rules.forbidden_words, SOURCES),
]
BAD_SAMPLES: list[tuple[Rule, str, str]] = [
    (python_rules.file_length, PLACE, "x = 1\n" * 301),
    (python_rules.function_length, PLACE, LONG_FUNCTION),
    (python_rules.function_length, PLACE, "async " + LONG_FUNCTION),
    (python_rules.module_name, PLACE.replace("sample", "utils"), ""),
    (python_rules.module_name, "services/exceptions/tieout_exceptions/exceptions.py", ""),
    (python_rules.module_name, "shared/tieout_runtime/helpers/retry.py", ""),
    (python_rules.made_at_import, PLACE, "settings = MatcherSettings()\n"),
    (python_rules.made_at_import, PLACE, "client = httpx2.AsyncClient(timeout=1)\n"),
    (python_rules.made_at_import, PLACE, "class A:\n    pool = asyncpg.create_pool()\n"),
    (python_rules.made_at_import, PLACE, "def f(pool=open_pool(settings)): ...\n"),
    (python_rules.made_at_import, PLACE, "if FAST:\n    broker = KafkaBroker('x')\n"),
    (python_rules.dependencies_wait, PLACE, "def f(): ...\nP = Annotated[X, Depends(f)]\n"),
    (python_rules.sql_in_strings, PLACE, "row = fetch('SELECT 1')\n"),
    (python_rules.sql_in_strings, PLACE, "run(f'UPDATE {table} SET a = 1')\n"),
    (python_rules.sql_in_strings, PLACE, "def f():\n    run('delete', 'DELETE FROM x')\n"),
    (python_rules.reasons_for_exceptions, PLACE, "x = 1  # noqa" + ": S101\n"),
    (python_rules.reasons_for_exceptions, PLACE, "x = 1  # type" + ": ignore[misc]\n"),
    (sql_rules.queries_named, "a/tieout_a/sql/queries.sql", "SELECT 1\n"),
    (sql_rules.queries_named, "a/tieout_a/sql/queries.sql", "-- name: one\nSELECT 1\n"),
    (sql_rules.queries_named, "a/tieout_a/sql/queries.sql", "-- name: one\n-- Purpose.\n"),
    (sql_rules.queries_named, "a/tieout_a/sql/queries.sql", "-- name: a-b\n-- It.\nSELECT 1\n"),
    (sql_rules.tenant_tables_guarded, "0001_a.sql", TABLE),
    (sql_rules.tenant_tables_guarded, "0001_a.sql", TABLE + "CALL protect_tenant_table('e');"),
    (document_rules.forbidden_words, "README.md", "cd /ro" + "ot/tieout"),
    (document_rules.forbidden_words, "Makefile", "see /wo" + "rk/log"),
    (document_rules.forbidden_words, "README.md", "from https://files.pythonhosted" + ".org/x"),
    (document_rules.forbidden_words, PLACE, "# TO" + "DO: later"),
]


def complaints(rule: Rule, sources: list[Source]) -> list[str]:
    return [complaint for source in sources for complaint in rule(source)]


@pytest.mark.parametrize(("rule", "sources"), RULES, ids=[rule.__name__ for rule, _ in RULES])
def test_the_project_keeps(rule: Rule, sources: list[Source]) -> None:
    assert sources
    assert complaints(rule, sources) == []


@pytest.mark.parametrize(("rule", "path", "text"), BAD_SAMPLES)
def test_a_bad_sample_is_seen(rule: Rule, path: str, text: str) -> None:
    assert len(complaints(rule, [Source(path, text)])) == 1


def test_every_rule_has_a_bad_sample() -> None:
    assert {rule for rule, _ in RULES} == {rule for rule, _, _ in BAD_SAMPLES}


def test_what_is_allowed_passes() -> None:
    good = (
        '"""Reads: SELECT … FROM nothing here."""\n'
        "_SQL = load_queries('tieout_matcher')\n"
        "router = APIRouter()\n"
        "def build(common):\n    return KafkaBroker('x')\n"
        "if __name__ == '__main__':\n    connect()\n"
    )

    for rule in (python_rules.made_at_import, python_rules.sql_in_strings):
        assert complaints(rule, [Source(PLACE, good)]) == []


def test_half_of_the_files_fit_two_screens() -> None:
    assert median_lines(PYTHON) <= MEDIAN_LINES
    assert median_lines([Source("a.py", "x = 1\n" * 101)]) > MEDIAN_LINES


def test_what_is_shared_stays_small() -> None:
    modules = Counter(
        one.package for one in python_of(SOURCES, "shared") if not one.path.endswith("__init__.py")
    )

    assert set(modules) == {"tieout_contracts", "tieout_runtime"}
    assert max(modules.values()) <= SHARED_MODULES


def test_every_exception_for_sql_is_still_needed() -> None:
    for path in python_rules.SQL_IN_PYTHON:
        elsewhere = Source(f"services/{path}", TEXTS[path])
        assert complaints(python_rules.sql_in_strings, [elsewhere]), path


def test_every_query_is_used_and_every_use_has_a_query() -> None:
    assert list(sql_rules.query_uses(QUERIES, PRODUCT_PYTHON)) == []


def test_an_unused_query_and_a_query_that_is_not_there_are_seen() -> None:
    queries = Source("a/tieout_a/sql/queries.sql", "-- name: one\n-- It.\nSELECT 1\n")
    loading = "_SQL = load_queries('tieout_a')\nrow = _SQL['two']\n"
    module = Source("a/tieout_a/store.py", loading)
    elsewhere = Source("b/tieout_b/store.py", "row = _SQL['one']\n")

    found = list(sql_rules.query_uses([queries], [module, elsewhere]))

    assert found == [
        "a/tieout_a/store.py:2: there is no query two in queries.sql",
        "tieout_a/queries.sql: the query one is never used",
    ]


def test_a_query_used_by_another_module_of_its_package_is_used() -> None:
    queries = Source("a/tieout_a/sql/own.sql", "-- name: one\n-- It.\nSELECT 1\n")
    loading = Source("a/tieout_a/lock.py", "SQL = load_queries('tieout_a', 'own.sql')\n")
    using = Source("a/tieout_a/store.py", "from tieout_a.lock import SQL\nfetch(SQL['one'])\n")

    assert list(sql_rules.query_uses([queries], [loading, using])) == []
    assert len(list(sql_rules.query_uses([queries], [loading]))) == 1


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda page: page.path)
def test_links_lead_somewhere(page: Source) -> None:
    assert list(document_rules.broken_links(page, TEXTS)) == []


@pytest.mark.parametrize("link", ["absent.md", "../a.md", "#nowhere", "other.md#nowhere", "x/y"])
def test_a_broken_link_is_seen(link: str) -> None:
    page = Source("docs/page.md", f"# Here\n\n[text]({link})\n")
    texts = {page.path: page.text, "docs/other.md": "# There\n", "docs/x/z.md": ""}

    assert len(list(document_rules.broken_links(page, texts))) == 1


def test_a_good_link_passes() -> None:
    page = Source("docs/page.md", "# The *one* here\n[a](x/) [b](#the-one-here) [c](../README.md)")
    texts = {page.path: page.text, "docs/x/z.md": "", "README.md": ""}

    assert list(document_rules.broken_links(page, texts)) == []


def own_settings(service: str) -> dict[str, type[ListenSettings]]:
    module = importlib.import_module(f"tieout_{service}.settings")
    return {
        name: found
        for name, found in inspect.getmembers(module, inspect.isclass)
        if issubclass(found, ListenSettings) and found is not ListenSettings
    }


@pytest.mark.parametrize("service", SERVICES)
def test_every_setting_of_a_service_is_on_its_page(service: str) -> None:
    (own,) = own_settings(service).values()
    page = f"docs/services/{service}.md"
    prefix = f"{PREFIX}{service.upper()}_"
    names = {field.upper() for field in own.model_fields}
    found = document_rules.undocumented(Source(page, TEXTS.get(page, "")), names, prefix=prefix)

    assert own.model_config["env_prefix"] == prefix
    assert list(found) == []


def test_every_common_setting_is_documented() -> None:
    page = Source("docs/settings.md", TEXTS.get("docs/settings.md", ""))
    names = {PREFIX + field.upper() for field in CommonSettings.model_fields} | FOREIGN_KEYS

    assert list(document_rules.undocumented(page, names)) == []
    assert list(document_rules.undocumented(page, {"TIEOUT_ABSENT"})) != []


def test_every_service_page_and_decision_is_reached_from_the_readme() -> None:
    pages = [one.path for one in MARKDOWN if one.path.startswith(("docs/services/", "docs/dec"))]

    assert [page for page in pages if f"]({page})" not in TEXTS["README.md"]] == []
    assert {f"docs/services/{service}.md" for service in SERVICES} <= set(pages)


def test_every_package_is_built_typed_checked_and_under_the_import_rules() -> None:
    packages = {
        one.package
        for one in PRODUCT_PYTHON
        if one.package and one.path.endswith(f"{one.package}/__init__.py")
    }
    tools = PYPROJECT["tool"]
    built = tools["hatch"]["build"]["targets"]["wheel"]["packages"]

    assert {path.rpartition("/")[2] for path in built} == packages
    assert set(tools["mypy"]["packages"]) == packages | NOT_SHIPPED
    assert set(tools["importlinter"]["root_packages"]) == packages
    for path in built:
        assert (PROJECT / path / "py.typed").is_file()


def test_every_service_has_its_layers_and_a_domain_without_io() -> None:
    contracts = PYPROJECT["tool"]["importlinter"]["contracts"]
    layered = {
        package: one["layers"]
        for one in contracts
        if one.get("exhaustive")
        for package in one["containers"]
        if package != "tieout_client"
    }
    (pure,) = [one for one in contracts if one["name"] == "domains do no IO"]

    assert set(layered) == {f"tieout_{service}" for service in SERVICES}
    assert {layers[-1] for layers in layered.values()} == {"domain"}
    assert set(pure["source_modules"]) == {f"{package}.domain" for package in layered}
