"""By whom of those who run a place a post was written, as far as its network says it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """New columns come last, as the tables have them; what is stored is told anew when it is read again."""
    op.add_column("post", sa.Column("member_of", sa.String(), nullable=True))
