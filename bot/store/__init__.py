"""Rows in, domain values out; no session leaves this room."""

from __future__ import annotations

from bot.store.migrate import OutOfDate, migrate
from bot.store.refusals import NoDatabase, refusals
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
    "refusals",
    "state_of",
]
