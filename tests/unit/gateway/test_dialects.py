import pytest

from tieout_gateway.domain.dialects import (
    MEMBERS,
    STATUSES,
    Dialect,
    dialect_of,
    problem_body,
    status_of,
)

RFC_9457 = {"type", "title", "status", "detail", "instance"}
OURS = {"code", "request_id", "errors"}


@pytest.mark.parametrize(
    ("path", "dialect"),
    [
        ("/v1/exceptions", "lerian"),
        ("/v1/exceptions/x/force-match", "lerian"),
        ("/v1/reconciliation_exceptions/1", "end_close"),
        ("/v1/reconciliation-cases/x/resolve", "reconlayer"),
        ("/v1/exports/reconciliation-cases", "reconlayer"),
        ("/v1/evidence/bank", "reconlayer"),
        ("/v1/nothing", "end_close"),
        ("/readyz", "ours"),
        ("/", "ours"),
    ],
)
def test_the_path_names_the_dialect(path: str, dialect: Dialect) -> None:
    assert dialect_of(path) == dialect


@pytest.mark.parametrize(
    ("dialect", "extra"),
    [
        ("end_close", {"message", "error"}),
        ("lerian", {"message"}),
        ("reconlayer", {"message", "error", "issues"}),
        ("ours", set()),
    ],
)
def test_a_problem_has_the_members_its_dialect_reads(dialect: Dialect, extra: set[str]) -> None:
    body = problem_body(
        dialect=dialect,
        status=409,
        code="already_matched",
        detail="the record is matched",
        errors=[{"path": "$.a", "message": "b"}],
        instance="/v1/x",
        request_id="r1",
    )

    assert set(body) == RFC_9457 | OURS | extra
    assert body["title"] == "Conflict"
    assert body["type"] == "urn:tieout:problem:already_matched"
    assert body["errors"] == [{"path": "$.a", "message": "b"}]
    assert all(body[member] == body[source] for member, source in MEMBERS[dialect].items())


def test_lerian_answers_a_bad_body_400_and_a_wrong_state_422() -> None:
    assert status_of("lerian", "validation_failed", 422) == 400
    assert status_of("lerian", "invalid_json", 422) == 400
    assert status_of("lerian", "exception_invalid_state", 422) == 422
    assert status_of("lerian", "idempotency_key_reused", 422) == 422
    assert status_of("end_close", "validation_failed", 422) == 422


def test_the_table_names_only_dialects_there_are() -> None:
    assert {dialect for dialect, _ in STATUSES} <= set(MEMBERS)
