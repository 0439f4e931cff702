"""What a database refuses, as a sentence that says which it is and what to look at."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError


class NoDatabase(Exception):
    """The database does not answer or takes nothing: `means` says which and why, and shows no password;
    `do` says what to look at."""

    def __init__(self, means: str, do: str) -> None:
        super().__init__(f"{means} {do}")
        self.means, self.do = means, do


@contextmanager
def refusals(url: str | URL) -> Iterator[None]:
    """What the database there refuses meanwhile becomes NoDatabase."""
    try:
        yield
    except (OperationalError, sqlite3.OperationalError) as refused:  # a begin of ours is not wrapped
        raise _told(make_url(url), refused) from refused


def _told(url: URL, refused: OperationalError | sqlite3.OperationalError) -> NoDatabase:
    means = f"The database {url.render_as_string(hide_password=True)} cannot be used"
    if url.get_backend_name() != "sqlite":
        return NoDatabase(f"{means}.", "Look at DATABASE_URL, and whether its server runs.")
    why = refused.orig if isinstance(refused, OperationalError) else refused
    look = "Look at DATABASE_URL, and at its folder: rights, and space on the disk."
    return NoDatabase(f"{means}: {why}.", look)
