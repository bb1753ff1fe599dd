"""Which organisation a person acts in, of those they belong to."""

from collections.abc import Collection


class MembershipError(ValueError):
    """The request is answered 403; the text says what to name instead."""


def chosen_organization(organization_ids: Collection[int], named: str | None) -> int:
    """Choose the organisation that the header names, or the only one; raises MembershipError."""
    if not organization_ids:
        raise MembershipError("the person belongs to no organisation here")
    if named is not None:
        chosen = [one for one in organization_ids if str(one) == named]
        if not chosen:
            raise MembershipError("the person does not belong to that organisation")
        return chosen[0]
    if len(organization_ids) > 1:
        theirs = ", ".join(str(one) for one in sorted(organization_ids))
        raise MembershipError(f"name one of the person's in x-organization-id: {theirs}")
    (only,) = organization_ids
    return only
