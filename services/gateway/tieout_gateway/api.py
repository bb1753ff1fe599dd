"""The public surface: every route, how errors are told, and the document that describes it."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import FastAPI

from tieout_gateway.openapi_document import complete
from tieout_gateway.problem_answers import install_problem_answers
from tieout_gateway.routes import (
    api_keys,
    audit,
    balance_proof,
    bucket_work,
    buckets,
    bulk_requests,
    case_export,
    corebanq_deletions,
    corebanq_items,
    corebanq_ledgers,
    corebanq_matches,
    corebanq_runs,
    docs,
    entries,
    events,
    explanations,
    imports,
    lerian_bulk,
    lerian_dispatching,
    lerian_exceptions,
    lerian_resolutions,
    lerian_work,
    matches,
    organizations,
    payment_intents,
    properties,
    reconciliation_cases,
    reconciliations,
    records,
    rule_proposals,
    rules,
    runs,
    stream_operations,
    streams,
    users,
    webhook_deliveries,
    webhook_endpoints,
)

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
_GUARDED = (
    streams,
    stream_operations,
    properties,
    imports,
    records,
    bulk_requests,
    reconciliations,
    entries,
    explanations,
    balance_proof,
    rules,
    rule_proposals,
    matches,
    runs,
    buckets,
    bucket_work,
    lerian_bulk,  # before the routes of one exception: `bulk` is none
    lerian_exceptions,
    lerian_resolutions,
    lerian_work,
    lerian_dispatching,
    organizations,
    users,
    api_keys,
    webhook_endpoints,
    webhook_deliveries,
    audit,
    payment_intents,
    reconciliation_cases,
    case_export,
    events,
    corebanq_ledgers,
    corebanq_runs,
    corebanq_matches,
    corebanq_items,
    corebanq_deletions,
)


class PublicApi(FastAPI):
    """FastAPI with our document: OpenAPI 3.1, complete with errors, examples and scopes."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = complete(super().openapi())
        return self.openapi_schema


def public_api(lifespan: Lifespan | None = None) -> PublicApi:
    """Make the application; what it needs is put into its state by the lifespan."""
    app = PublicApi(
        title="tieout",
        version="1",
        summary="Ties what banks and payment providers report to what the books expect.",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        separate_input_output_schemas=False,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
    )
    install_problem_answers(app)
    for module in _GUARDED:
        app.include_router(module.router)
    app.include_router(docs.router)
    return app
