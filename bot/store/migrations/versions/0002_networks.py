"""What more networks need: the network's own mark on a post, and sessions kept with a credential."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """New columns come last, as the tables have them."""
    op.add_column("credential", sa.Column("session", sa.String(), nullable=True))
    op.add_column("post", sa.Column("sign", sa.String(), nullable=True))
