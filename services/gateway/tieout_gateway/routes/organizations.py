import json

from fastapi import Response

from tieout_gateway import users
from tieout_gateway.register import Effect
from tieout_gateway.routes.answers import OURS, FromRegister, guarded_router, show_write
from tieout_gateway.shapes.shape import PathId
from tieout_gateway.shapes.users import Organization, OrganizationChange, organization_of
from tieout_runtime.postgres import Connection
from tieout_runtime.problems import not_found

router = guarded_router(OURS, "organizations")


@router.get("/v1/organizations")
async def list_organizations(register: FromRegister) -> list[Organization]:
    """List the organisations that the credential belongs to.

    Those of a person may be several. Making one is the operator's: `tieout create-organization`.
    """
    found: list[Organization] = []
    for one in sorted(register.principal.organization_ids):
        async with register.reading(one) as connection:
            found += [organization_of(row) for row in await users.list_organizations(connection)]
    return found


@router.get("/v1/organizations/{id}")
async def get_organization(id: PathId, register: FromRegister) -> Organization:  # noqa: A002  # the path's own name
    """Show the organisation that the caller acts in; any other is 404."""
    async with register.reading() as connection:
        for row in await users.list_organizations(connection):
            if row["id"] == id:
                return organization_of(row)
    raise not_found("organization")


@router.patch("/v1/organizations/{id}")
async def update_organization(
    id: PathId,  # noqa: A002  # the path's own name
    change: OrganizationChange,
    register: FromRegister,
    response: Response,
) -> Organization:
    """Rename the organisation."""

    async def rename(connection: Connection) -> Effect:
        known = {row["id"]: row for row in await users.list_organizations(connection)}
        after = await users.rename_organization(connection, id, name=change.name)
        if after is None:
            raise not_found("organization")
        return Effect(before=known[id], after=after)

    answer = await register.write(change.model_dump(mode="json"), rename, status=200)
    show_write(answer, response)
    return organization_of(json.loads(answer.body))
