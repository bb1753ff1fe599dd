import os
from pathlib import Path

import pytest

from tieout_local.postgres_binaries import can_reach, reachable_folder, unprivileged_user

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs it as somebody else")


@needs_root
def test_a_closed_folder_on_the_way_is_noticed(tmp_path: Path) -> None:
    user = unprivileged_user()
    assert user is not None
    closed, inside = tmp_path / "closed", tmp_path / "closed" / "inside"
    inside.mkdir(parents=True)
    closed.chmod(0o700)

    assert not can_reach(inside, user)


@needs_root
def test_data_moves_out_of_a_closed_folder_and_is_found_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    first = reachable_folder(closed / "postgres", unprivileged_user())
    again = reachable_folder(closed / "postgres", unprivileged_user())
    other = reachable_folder(closed / "other", unprivileged_user())

    assert first == again != other
    assert first.parent == tmp_path / "temporary"
    assert first.stat().st_mode & 0o077 == 0
