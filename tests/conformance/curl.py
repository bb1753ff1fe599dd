"""A seed's own curl command, run as it is written but for host, key and placeholders."""

import asyncio
import json
import shlex
import shutil
from collections.abc import Mapping
from typing import Any

from fixtures.requirements import lacking

_STATUS = "\n%{http_code}"


async def run_curl(command: str, replaced: Mapping[str, str]) -> tuple[int, Any]:
    """Run the command with these parts of its text replaced; status and JSON of the answer.

    Each part has to be there: a page that changed would else be asked something it never said.
    """
    if shutil.which("curl") is None:
        lacking("curl", "the command curl is not installed")
    for said, meant in replaced.items():
        assert said in command, f"{said} is not in the command"
        command = command.replace(said, meant)
    program, *arguments = shlex.split(command.replace("\\\n", " "))
    process = await asyncio.create_subprocess_exec(
        program, "--silent", "--show-error", "--noproxy", "*", "--write-out", _STATUS, *arguments,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    told, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    body, _, status = told.decode().rpartition("\n")
    return int(status), json.loads(body)
