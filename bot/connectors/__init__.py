"""One network a file; found by listing this folder, so that adding one edits nothing."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from bot.domain.connector import Connector


def all_connectors() -> dict[str, Connector]:
    """Every connector by its network's name: each module of this folder offers a `CONNECTOR`."""
    modules = (import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    return {module.CONNECTOR.facts.name: module.CONNECTOR for module in modules}
