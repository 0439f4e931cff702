"""What more networks need: a network's own mark on a post, sessions, and when a Source may be read next."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.tables.columns import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """New columns come last, as the tables have them."""
    op.add_column("credential", sa.Column("session", sa.String(), nullable=True))
    op.add_column("source", sa.Column("last_post", UtcDateTime(), nullable=True))
    op.add_column("source", sa.Column("blocked_until", UtcDateTime(), nullable=True))
    op.add_column("post", sa.Column("sign", sa.String(), nullable=True))
