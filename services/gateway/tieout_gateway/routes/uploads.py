"""Files on their way to ingest: passed on as they arrive, never held whole."""

from typing import Any

from fastapi import Request

from tieout_gateway.owners import Asking
from tieout_runtime.internal import Answered
from tieout_runtime.problems import Problem

# Told to readers only: the bytes are passed on unread.
UPLOAD_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "string",
                            "contentMediaType": "application/octet-stream",
                            "description": "CSV or camt.052, 053, 054",
                        },
                        "profile": {
                            "type": "string",
                            "contentMediaType": "application/json",
                            "description": "how this file is read, instead of the stream's own",
                        },
                    },
                },
                "example": {
                    "file": "date,amount,currency,direction\n2026-01-05,12.34,EUR,credit\n"
                },
            }
        },
    }
}
RUN_UPLOAD_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "string",
                            "contentMediaType": "application/octet-stream",
                            "description": "CSV or camt.053",
                        },
                        "idempotency_key": {
                            "type": "string",
                            "description": "serves as the header of that name does",
                        },
                        "profile": {
                            "type": "string",
                            "contentMediaType": "application/json",
                            "description": "how the file is read, where its columns are others",
                        },
                    },
                },
                "example": {
                    "file": "date,amount,currency,direction\n2026-01-05,12.34,EUR,credit\n"
                },
            }
        },
    }
}


async def forward_upload(request: Request, caller: Asking, path: str) -> Answered:
    """Stream a multipart body to ingest; raises Problem 415 for another kind of body."""
    content_type = request.headers.get("content-type", "")
    if not content_type.lower().startswith("multipart/form-data;"):
        raise Problem(415, "unsupported_media_type", "a file is sent as multipart/form-data")
    headers = {"content-type": content_type}
    length = request.headers.get("content-length")
    if length is not None:
        headers["content-length"] = length
    seconds = request.app.state.settings.import_timeout_seconds
    return await caller.ingest(
        "POST",
        path,
        headers=headers,
        content=request.stream(),
        timeout_s=seconds,
    )
