import pytest

from fixtures.requirements import lacking


def test_what_is_lacking_skips_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TIEOUT_REQUIRE", raising=False)

    with pytest.raises(pytest.skip.Exception, match="no kafka: java is missing"):
        lacking("kafka", "java is missing")


def test_what_is_required_and_lacking_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIEOUT_REQUIRE", "postgres, kafka")

    with pytest.raises(pytest.fail.Exception, match="java is missing"):
        lacking("kafka", "java is missing")
