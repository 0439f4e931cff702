"""Credentials at rest: sealed with a key that is not in the database."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class MissingKey(Exception):
    """A secret was to be kept, but the store was opened without a key."""


class Vault:
    """Seals with the first key, opens with any of them."""

    def __init__(self, keys: Sequence[str] | None) -> None:
        """Raises ValueError for a key that is not one."""
        self._fernet = MultiFernet([Fernet(key) for key in keys]) if keys else None

    def seal(self, value: str) -> str:
        """Raises MissingKey when there is no key."""
        if self._fernet is None:
            raise MissingKey("no key to seal a credential with: set one, or let `load_keys` make a file")
        return self._fernet.encrypt(value.encode()).decode()

    def open(self, sealed: str) -> str | None:
        """None when the key that sealed it is lost."""
        if self._fernet is None:
            return None
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            return None


def load_keys(path: Path) -> tuple[str, ...]:
    """The keys in a file, one a line, newest first; the file is made, readable by its owner alone.

    Raises PermissionError when others may read it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise PermissionError(f"{path} can be read by others: run `chmod 600 {path}`") from None
    else:
        with os.fdopen(made, "w") as file:
            file.write(Fernet.generate_key().decode() + "\n")
    return tuple(line.strip() for line in path.read_text().splitlines() if line.strip())
