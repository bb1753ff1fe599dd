"""One question to a local port."""

import http.client

from tieout_local.ports import LOOPBACK

_PROBE_SECONDS = 3


def http_get(port: int, path: str) -> tuple[int, str] | None:
    """Give status code and body of a GET; None when nothing answers in HTTP."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=_PROBE_SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
