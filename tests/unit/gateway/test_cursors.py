import pytest

from tieout_contracts.ids import MAX_ID
from tieout_gateway.domain.cursors import CursorError, cursor_after, id_of_cursor


@pytest.mark.parametrize("last", [1, 41, MAX_ID])
def test_a_cursor_names_the_object_it_was_made_after(last: int) -> None:
    assert id_of_cursor(cursor_after(last)) == last


@pytest.mark.parametrize(
    "text", ["", "x", "41", "aWQ6MA==", "aWQ6", "b3RoZXI6NDE=", "é", "a" * 512]
)
def test_what_was_not_made_here_is_no_cursor(text: str) -> None:
    with pytest.raises(CursorError):
        id_of_cursor(text)
