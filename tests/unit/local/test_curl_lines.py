import json
from pathlib import Path

import pytest

from tieout_client import OMIT, Request
from tieout_client.upload import upload_of
from tieout_local.demo.api import CurlLines

CURL = 'curl -s -H "X-API-KEY: $TIEOUT_API_KEY"'


@pytest.mark.parametrize(
    ("request_", "line"),
    [
        (
            Request(method="GET", path="/v1/records", query={"source": "a&b", "limit": None}),
            f'{CURL} "$TIEOUT_URL/v1/records?source=a%26b"',
        ),
        (
            Request(method="POST", path="/v1/a", body={"b": "it's", "c": OMIT}, writes=True),
            f"""{CURL} "$TIEOUT_URL/v1/a" --json '{{"b": "it'"'"'s"}}'""",
        ),
        (
            Request(method="POST", path="/v1/a/accept", writes=True, idempotency_key="mine"),
            f'{CURL} -H "X-Idempotency-Key: mine" "$TIEOUT_URL/v1/a/accept" -X POST',
        ),
        (
            Request(method="DELETE", path="/v1/a", writes=True, if_match="3"),
            f'{CURL} -X DELETE -H "If-Match: 3" "$TIEOUT_URL/v1/a"',
        ),
        (
            Request(method="POST", path="/v1/i", upload=upload_of(Path("x/a.csv"), None)),
            f'{CURL} "$TIEOUT_URL/v1/i" -F file=@examples/a.csv',
        ),
    ],
)
def test_a_call_is_shown_as_the_curl_line_that_does_the_same(request_: Request, line: str) -> None:
    shown: list[str] = []

    CurlLines(folder=Path("examples"), show=shown.append)(request_)

    assert shown == [line]


def test_a_body_that_stands_in_a_file_is_shown_as_that_file(tmp_path: Path) -> None:
    shown: list[str] = []
    lines = CurlLines(folder=tmp_path, show=shown.append)
    (tmp_path / "bank.json").write_text(json.dumps({"key": "bank", "name": "Bank"}), "utf-8")

    body = lines.read_body("bank.json")
    lines(Request(method="POST", path="/v1/s", body={"name": body["name"], "key": body["key"]}))

    assert shown == [f'{CURL} "$TIEOUT_URL/v1/s" --json @{tmp_path.name}/bank.json']
