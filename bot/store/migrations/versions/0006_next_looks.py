"""When each conversation is looked at next, so that nobody goes through all that is followed."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

from bot.store.tables.columns import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

FOLLOWED = timedelta(days=30)


def upgrade() -> None:
    """New columns come last, as the tables have them. All that is followed is due: how much of it is looked
    at in one go is bounded by what its network allows."""
    op.add_column("conversation", sa.Column("look_at", UtcDateTime(), nullable=True))
    there = sa.text("look_at IS NOT NULL")
    op.create_index(
        "ix_conversation_look",
        "conversation",
        ["workspace_id", "network", "look_at"],
        sqlite_where=there,
        postgresql_where=there,
    )
    names = ("look_at", "looked_at", "created_at", "settled_at")
    talks = sa.table("conversation", sa.column("lane"), *(sa.column(name, UtcDateTime()) for name in names))
    last = op.get_bind().execute(sa.select(sa.func.max(talks.c.looked_at))).scalar_one()
    followed = talks.c.settled_at.is_(None)
    if last:  # the last time that anybody looked: nobody tells a migration what time it is
        followed |= talks.c.settled_at >= last - FOLLOWED
    due = sa.func.coalesce(talks.c.looked_at, talks.c.created_at)
    op.execute(sa.update(talks).where(talks.c.lane == "to us", followed).values(look_at=due))
