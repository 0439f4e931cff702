"""The schema, for SQLite and PostgreSQL alike: one name for each table, and nothing else."""

from __future__ import annotations

from bot.store.tables import conversations, messages, people, posts, schedule, sources
from bot.store.tables.columns import metadata

__all__ = ["conversations", "messages", "metadata", "people", "posts", "schedule", "sources"]
