"""Rows in, domain values out; no session leaves this room."""

from __future__ import annotations

from bot.store.migrate import NoDatabase, OutOfDate, migrate
from bot.store.sqlstore import SqlStore, open_store
from bot.store.vault import MissingKey, load_keys

__all__ = ["MissingKey", "NoDatabase", "OutOfDate", "SqlStore", "load_keys", "migrate", "open_store"]
