import hashlib
import itertools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.requests import Request

from tieout_ingest.uploads.multipart import Upload, receive_upload
from tieout_ingest.uploads.spool import Spool
from tieout_runtime.problems import Problem

BODY = (
    b'--cut\r\nContent-Disposition: form-data; name="profile"\r\n\r\n{"csv": {}}\r\n'
    b'--cut\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n'
    b"Content-Type: text/csv\r\n\r\nline 1\r\n--cu\r\nline 2\r\n--cut--\r\n"
)
CONTENT = b"line 1\r\n--cu\r\nline 2"


def a_request(pieces: list[bytes], **headers: str) -> Request:
    sent = {"content-type": "multipart/form-data; boundary=cut"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    waiting = iter(pieces)

    async def receive() -> dict[str, Any]:
        piece = next(waiting, None)
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    scope = {
        "type": "http",
        "method": "POST",
        "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
    }
    return Request(scope, receive)


async def receive(folder: Path, pieces: list[bytes], *, max_bytes: int = 1000) -> Upload:
    with Spool(folder).arriving() as arriving:
        upload = await receive_upload(a_request(pieces), arriving, max_bytes=max_bytes)
        assert arriving.path.read_bytes() == CONTENT
        return upload


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(cuts=st.sets(st.integers(1, len(BODY) - 1), max_size=8))
async def test_it_does_not_matter_how_the_network_cuts_the_body(
    tmp_path: Path, cuts: set[int]
) -> None:
    edges = [0, *sorted(cuts), len(BODY)]
    pieces = [BODY[start:end] for start, end in itertools.pairwise(edges)]

    upload = await receive(tmp_path, pieces)

    assert (upload.filename, upload.profile) == ("a.csv", {"csv": {}})
    assert upload.file.sha256 == hashlib.sha256(CONTENT).digest()
    assert upload.file.size_bytes == len(CONTENT)


async def test_a_file_over_the_limit_is_answered_413_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Problem) as over:
        await receive(tmp_path, [BODY], max_bytes=len(CONTENT) - 1)
    request = a_request([BODY], content_length=str(10**9))
    with Spool(tmp_path).arriving() as arriving, pytest.raises(Problem) as stated:
        await receive_upload(request, arriving, max_bytes=1000)

    assert (over.value.status, stated.value.status) == (413, 413)
    assert list(tmp_path.iterdir()) == []  # noqa: ASYNC240  # two entries at most


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (BODY.replace(b'"profile"', b'"other"'), "$.other"),
        (BODY.replace(b'"profile"', b'"file"'), "$.file"),
        (BODY.replace(b'"file"', b'"profile"'), "$.profile"),
        (BODY.replace(b'{"csv": {}}', b'{"csv": '), "$.profile"),
        (BODY.replace(b'{"csv": {}}', b"[" * 100_000), "$.profile"),
        (BODY[:-20], "$"),
        (b"no multipart at all", "$"),
    ],
)
async def test_a_body_that_is_no_upload_is_answered_422(
    tmp_path: Path, body: bytes, path: str
) -> None:
    with Spool(tmp_path).arriving() as arriving, pytest.raises(Problem) as refused:
        await receive_upload(a_request([body]), arriving, max_bytes=10_000)

    assert refused.value.status == 422
    assert refused.value.errors[0]["path"] == path


async def test_what_is_not_kept_is_gone_and_orphans_go_when_old(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    with spool.arriving() as arriving:
        arriving.write(b"kept")
        kept = arriving.flush()
        arriving.keep()
    with spool.arriving() as arriving:
        arriving.write(b"lost")

    now_s = spool.path_of(kept.name).stat().st_mtime
    young = spool.remove_orphans(needed=set(), now_s=now_s + 60)
    needed = spool.remove_orphans(needed={kept.name}, now_s=now_s + 10**6)
    there = spool.holds(kept.name)
    old = spool.remove_orphans(needed=set(), now_s=now_s + 10**6)

    assert (young, needed, there, old) == (0, 0, True, 1)
    assert not spool.holds(kept.name)
