"""Bodies of requests: what is no object is none, whatever its members would default to."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from tieout_gateway.domain import strict_json
from tieout_gateway.shapes.properties import DefinitionChange


@pytest.mark.parametrize("text", [b"1.5", b"5e16", b"7", b'"a"', b"true", b"[]", b"null"])
def test_a_body_that_is_no_object_is_refused(text: bytes) -> None:
    """A body may leave everything out; FastAPI reads attributes off whatever object it is given."""
    body: Any = strict_json.decode(text)

    with pytest.raises(ValidationError):
        TypeAdapter(DefinitionChange).validate_python(body, from_attributes=True)
