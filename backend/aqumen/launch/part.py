"""A command's module, loaded when the command is given: no other waits for what it needs."""

import importlib
from types import ModuleType


def part(name: str) -> ModuleType:
    """Return a module of this room."""
    return importlib.import_module(f"aqumen.launch.{name}")
