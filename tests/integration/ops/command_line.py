"""The command `tieout` called in this process: a start of Python costs more than most commands."""

import contextlib
import io
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from unittest import mock

from tieout_local.service_environment import without_ours
from tieout_ops.__main__ import main


@dataclass(frozen=True, kw_only=True)
class Ended:
    """What the shell would see of it."""

    returncode: int
    stdout: str
    stderr: str


def tieout(arguments: tuple[str, ...], settings: Mapping[str, str]) -> Ended:
    """Call the command's main function with these settings and no others of ours.

    It runs an event loop of its own: a caller that is in one calls it in a thread.
    """
    out, told = io.StringIO(), io.StringIO()
    code: object = None
    with (
        mock.patch.dict(os.environ, {**without_ours(os.environ), **settings}, clear=True),
        mock.patch.object(sys, "argv", ["tieout", *arguments]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(told),
    ):
        try:
            main()
        except SystemExit as ended:
            code = ended.code
    if isinstance(code, str):  # the interpreter prints it and ends with 1
        return Ended(returncode=1, stdout=out.getvalue(), stderr=f"{told.getvalue()}{code}\n")
    assert code is None or isinstance(code, int)
    return Ended(returncode=code or 0, stdout=out.getvalue(), stderr=told.getvalue())
