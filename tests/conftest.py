"""Fixtures of all tests live in tests/fixtures, a module a server."""

pytest_plugins = [
    "fixtures.run",
    "fixtures.postgres",
    "fixtures.kafka",
    "fixtures.corpus",
]
