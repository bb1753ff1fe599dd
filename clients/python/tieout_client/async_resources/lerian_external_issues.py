"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Literal

from tieout_client.async_sender import AsyncSender
from tieout_client.models.lerian_external_issues import CallbackAnswer, Dispatched
from tieout_client.omitted import OMIT, Omit
from tieout_client.request import Request, segment


class AsyncLerianExternalIssuesResource:
    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def dispatch(
        self,
        exception_id: str,
        *,
        target_system: Literal["JIRA", "SERVICENOW", "WEBHOOK", "MANUAL"],
        queue: str | Omit | None = OMIT,
        if_match: str | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> Dispatched:
        """Tell an external system of an open exception, by the event exception.dispatched.

        Your webhook endpoints get it, signed and tried again. The external system, or what stands
        before it, names its issue by its answer (`externalIssueId`) or by the callback.

        - `queue`: whose it is to be there
        """
        return await self._sender.one(
            Dispatched,
            Request(
                method="POST",
                path=f"/v1/exceptions/{segment(exception_id)}/dispatch",
                body={"targetSystem": target_system, "queue": queue},
                if_match=if_match,
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    async def call_back(
        self,
        exception_id: str,
        *,
        external_system: str,
        external_issue_id: str,
        status: str,
        assignee: str | Omit | None = OMIT,
        resolution_notes: str | Omit | None = OMIT,
        due_at: dt.datetime | Omit | None = OMIT,
        updated_at: dt.datetime | Omit | None = OMIT,
        callback_type: str | Omit | None = OMIT,
        payload: Mapping[str, Any] | Omit | None = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> CallbackAnswer:
        """Take over what an external system says of its issue, whatever the exception's status.

        Its system and issue take the place of those known; what it says becomes a comment, the
        same words once. A callback that says RESOLVED does not resolve the exception: only a match
        moves money, so force-match, adjust-entry or a match do.

        - `external_system`: kept in capital letters
        - `status`: kept as a comment, in whatever words; RESOLVED does not resolve the exception
        - `assignee`: has the exception from now on, if it is OPEN or ASSIGNED; required with the
          status ASSIGNED
        - `resolution_notes`: kept as a comment
        - `due_at`: kept as a comment; dueAt of the exception never moves
        - `updated_at`: kept as a comment
        - `callback_type`: not kept
        - `payload`: not kept
        """
        return await self._sender.one(
            CallbackAnswer,
            Request(
                method="POST",
                path=f"/v1/exceptions/{segment(exception_id)}/callback",
                body={
                    "externalSystem": external_system,
                    "externalIssueId": external_issue_id,
                    "status": status,
                    "assignee": assignee,
                    "resolutionNotes": resolution_notes,
                    "dueAt": due_at,
                    "updatedAt": updated_at,
                    "callbackType": callback_type,
                    "payload": payload,
                },
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )
