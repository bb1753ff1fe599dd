"""Fixtures of all tests live in tests/fixtures, a module a server."""

pytest_plugins = [
    "fixtures.garbage",
    "fixtures.containers",
    "fixtures.run",
    "fixtures.scheduling",
    "fixtures.header",
    "fixtures.postgres",
    "fixtures.kafka",
    "fixtures.corpus",
    "fixtures.stack",
    "fixtures.public_api",
    "fixtures.tables",
]
