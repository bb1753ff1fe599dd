"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from tieout_client.async_sender import AsyncSender
from tieout_client.models.reconciliation_rules import BacktestResult, DraftRule, Rule, RuleProposals
from tieout_client.omitted import OMIT, Omit
from tieout_client.request import Request, segment


class AsyncReconciliationRulesResource:
    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def list(
        self,
        *,
        reconciliation_id: int | str,
        request_id: str | None = None,
    ) -> Sequence[Rule]:
        """List a reconciliation's rules by priority."""
        return await self._sender.many(
            Rule,
            Request(
                method="GET",
                path="/v1/reconciliation_rules",
                query={"reconciliation_id": reconciliation_id},
                request_id=request_id,
            ),
        )

    async def create(
        self,
        *,
        reconciliation_id: int | str,
        filters: Mapping[str, Any],
        priority: int | Omit = OMIT,
        group_by: Sequence[str] | str | Omit | None = OMIT,
        cardinality: Literal["one_to_one", "many_to_one", "many_to_many"] | Omit = OMIT,
        rollup: Mapping[str, Any] | Omit | None = OMIT,
        description: str | Omit | None = OMIT,
        status: Literal["active", "proposed"] | Omit = OMIT,
        many_side: Literal["a", "b"] | Omit = OMIT,
        min_score_to_accept: int | Omit = OMIT,
        search: Literal["subset_sum"] | Omit | None = OMIT,
        evaluate: Literal["arrival", "pass"] | Omit = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> Rule:
        """Make a rule; what is open is tried again by it.

        What is wrong with it is 422, naming the JSON path and the remedy; what its author should
        know of a rule that is in order stands in `warnings`.

        - `filters`: A tree, at most 8 deep with 64 leaves. A group holds `rules` and joins them by
          `operand`; a leaf compares the field of side A named by `key` with the field of side B
          named by `value`.
        - `priority`: lower runs first
        - `group_by`: many_to_one: fields of the many side; by date the first is date or value_date
        - `cardinality`: how many of side A match how many of B
        - `rollup`: needed with many_to_one; kept and not used with one_to_one
        - `status`: a proposed rule matches nothing
        - `many_side`: many_to_one: the side that is gathered
        - `min_score_to_accept`: a match of a lower score is suggested, not accepted
        - `search`: many_to_many: the only one
        - `evaluate`: pass: tried in passes, where ambiguity is judged, even if it could decide on
          arrival
        """
        return await self._sender.one(
            Rule,
            Request(
                method="POST",
                path="/v1/reconciliation_rules",
                body={
                    "reconciliation_id": reconciliation_id,
                    "filters": filters,
                    "priority": priority,
                    "group_by": group_by,
                    "cardinality": cardinality,
                    "rollup": rollup,
                    "description": description,
                    "status": status,
                    "many_side": many_side,
                    "min_score_to_accept": min_score_to_accept,
                    "search": search,
                    "evaluate": evaluate,
                },
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    async def backtest(
        self,
        *,
        reconciliation_id: int | str,
        rules: Sequence[DraftRule],
        date_from: dt.date,
        date_to: dt.date,
        with_rules_in_force: bool | Omit = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> BacktestResult:
        """Try rules on the past, as if they had been in force from its start; nothing is
        written.

        Entries are decided on arrival in their order, then passes solve what is left as one whole.
        The truth are the pairs of accepted matches, whoever made them: by rules, by hand or by
        force. A window of more entries than can be computed is 422; name a shorter one. One at a
        time is computed: 429 `busy` asks to come back.

        - `date_from`: of the records; both days are inclusive
        - `with_rules_in_force`: the active rules take part beside these
        """
        return await self._sender.one(
            BacktestResult,
            Request(
                method="POST",
                path="/v1/reconciliation_rules/backtest",
                body={
                    "reconciliation_id": reconciliation_id,
                    "rules": rules,
                    "date_from": date_from,
                    "date_to": date_to,
                    "with_rules_in_force": with_rules_in_force,
                },
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    async def get(
        self,
        id: int,
        *,
        request_id: str | None = None,
    ) -> Rule:
        """Show one rule."""
        return await self._sender.one(
            Rule,
            Request(
                method="GET", path=f"/v1/reconciliation_rules/{segment(id)}", request_id=request_id
            ),
        )

    async def update(
        self,
        id: int,
        *,
        priority: int | Omit = OMIT,
        group_by: Sequence[str] | str | Omit | None = OMIT,
        cardinality: Literal["one_to_one", "many_to_one", "many_to_many"] | Omit = OMIT,
        rollup: Mapping[str, Any] | Omit | None = OMIT,
        description: str | Omit | None = OMIT,
        status: Literal["active", "proposed"] | Omit = OMIT,
        many_side: Literal["a", "b"] | Omit = OMIT,
        min_score_to_accept: int | Omit = OMIT,
        search: Literal["subset_sum"] | Omit | None = OMIT,
        evaluate: Literal["arrival", "pass"] | Omit = OMIT,
        filters: Mapping[str, Any] | Omit = OMIT,
        if_match: str | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> Rule:
        """Make the next version of a rule; what is open is tried again, matches keep theirs.

        - `priority`: lower runs first
        - `group_by`: many_to_one: fields of the many side; by date the first is date or value_date
        - `cardinality`: how many of side A match how many of B
        - `rollup`: needed with many_to_one; kept and not used with one_to_one
        - `status`: a proposed rule matches nothing
        - `many_side`: many_to_one: the side that is gathered
        - `min_score_to_accept`: a match of a lower score is suggested, not accepted
        - `search`: many_to_many: the only one
        - `evaluate`: pass: tried in passes, where ambiguity is judged, even if it could decide on
          arrival
        - `filters`: A tree, at most 8 deep with 64 leaves. A group holds `rules` and joins them by
          `operand`; a leaf compares the field of side A named by `key` with the field of side B
          named by `value`.
        """
        return await self._sender.one(
            Rule,
            Request(
                method="PATCH",
                path=f"/v1/reconciliation_rules/{segment(id)}",
                body={
                    "priority": priority,
                    "group_by": group_by,
                    "cardinality": cardinality,
                    "rollup": rollup,
                    "description": description,
                    "status": status,
                    "many_side": many_side,
                    "min_score_to_accept": min_score_to_accept,
                    "search": search,
                    "evaluate": evaluate,
                    "filters": filters,
                },
                if_match=if_match,
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    async def delete(
        self,
        id: int,
        *,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> None:
        """Retire a rule; matches it made stay."""
        await self._sender.nothing(
            Request(
                method="DELETE",
                path=f"/v1/reconciliation_rules/{segment(id)}",
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            )
        )

    async def propose(
        self,
        id: int,
        *,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> RuleProposals:
        """Learn rules from open entries and from what people matched, and file them as
        proposed.

        A proposed rule matches nothing until its `status` is changed to `active`. The same data
        give the same rules; none is filed twice, nor again after it was deleted. 200 when none is
        filed: `reason` says why. `confidence` is high only where people made 50 of its matches and
        contradict none; `sample_match_rate` is how many of the records looked at it would match.
        One search at a time is computed: 429 `busy` asks to come back; one that takes too long is
        503.
        """
        return await self._sender.one(
            RuleProposals,
            Request(
                method="POST",
                path=f"/v1/reconciliations/{segment(id)}/rule_proposals",
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )
