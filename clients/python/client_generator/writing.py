"""All generated files, and how they come to be on disk in the project's own style."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from client_generator.document import Document, read_document
from client_generator.models import models_index, models_module
from client_generator.operations import ASYNC, SYNC, resource_module
from client_generator.places import Resource, models_by_module, resources_of
from client_generator.tree import tree_module

GENERATED = ("models", SYNC.package, ASYNC.package)
_UNUSED_AND_ORDER = "F401,I"


def generate(openapi: Path, package: Path) -> None:
    """Write the generated folders of the package anew, and remove what is not made any more."""
    files = files_of(read_document(json.loads(openapi.read_text("utf-8"))))
    for folder in GENERATED:
        (package / folder).mkdir(parents=True, exist_ok=True)
        for left in (package / folder).glob("*.py"):
            if f"{folder}/{left.name}" not in files:
                left.unlink()
    for path, text in files.items():
        (package / path).write_text(text, "utf-8")
    folders = [str(package / folder) for folder in GENERATED]
    _ruff("check", "--quiet", "--select", _UNUSED_AND_ORDER, "--fix", *folders)
    _ruff("format", "--quiet", *folders)


def files_of(document: Document) -> dict[str, str]:
    """Write every file as text, by its path in the package; imports are more than are needed."""
    resources = resources_of(document)
    modules = models_by_module(document, resources)
    home = {name: module for module, names in modules.items() for name in names}
    files = {
        f"models/{module}.py": models_module(names, document, home)
        for module, names in modules.items()
    }
    files |= _indexes(resources, home)
    for flavour in (SYNC, ASYNC):
        files[f"{flavour.package}/__init__.py"] = ""
        files[f"{flavour.package}/tree.py"] = tree_module(resources, flavour)
        for one in resources:
            text = resource_module(one, document, home, flavour)
            files[f"{flavour.package}/{one.module}.py"] = text
    return files


def _indexes(resources: Sequence[Resource], home: Mapping[str, str]) -> dict[str, str]:
    """Show all models of a dialect in one place; those of the client's top in the package."""
    index = {one.module: one.path.rpartition(".")[0] or "__init__" for one in resources}
    shown: dict[str, list[str]] = {}
    for name, module in home.items():
        shown.setdefault(index[module], []).append(name)
    return {f"models/{place}.py": models_index(names, home) for place, names in shown.items()}


def _ruff(*arguments: str) -> None:
    command = [sys.executable, "-m", "ruff", *arguments]
    subprocess.run(command, check=True)  # noqa: S603  # our own tool, our own files
