"""Days off of teams and teammates, and where they come from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.tables.columns import Json

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """New columns come last, as the tables have them."""
    for table in ("workspace", "teammate"):
        op.add_column(table, sa.Column("holidays", sa.String(), nullable=True))
        op.add_column(table, sa.Column("calendar_id", sa.String(), nullable=True))
        op.add_column(table, sa.Column("off", Json, nullable=True))
