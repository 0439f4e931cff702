"""Rows in, domain values out; no session leaves this room."""

from __future__ import annotations

from bot.store.migrate import NoDatabase, OutOfDate, migrate
from bot.store.sqlstore import SqlStore, open_store
from bot.store.state import DatabaseState, state_of
from bot.store.vault import MissingKey, load_keys

__all__ = [
    "DatabaseState",
    "MissingKey",
    "NoDatabase",
    "OutOfDate",
    "SqlStore",
    "load_keys",
    "migrate",
    "open_store",
    "state_of",
]
