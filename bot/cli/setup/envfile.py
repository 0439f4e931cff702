"""The one file of settings, as setup keeps it: its other lines as they are, readable by its owner alone."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values, set_key

OWNER_ONLY = 0o600


def read(file: Path) -> dict[str, str]:
    """What it says; nothing when it is not there."""
    if not file.is_file():
        return {}
    return {name: value or "" for name, value in dotenv_values(file, interpolate=False).items()}


def keep(file: Path, values: Mapping[str, str]) -> None:
    """Write these settings into it; an empty one is emptied if it stands there. Nobody else may read it then.

    Raises OSError.
    """
    target = file.expanduser().resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(target, os.O_RDWR | os.O_CREAT, OWNER_ONLY))
    target.chmod(OWNER_ONLY)
    there = read(target)
    for name, value in values.items():
        if value or there.get(name):
            set_key(target, name, value, quote_mode="never")  # it keeps the file's mode
