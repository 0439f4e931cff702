"""The Home tabs that somebody opened, of one Workspace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.domain.ports import Job
from bot.store.agenda import SqlAgenda
from bot.store.tables.messages import home
from bot.store.upsert import upsert


@dataclass(slots=True)
class SqlHomes:
    """Fits `bot.domain.ports.Homes`."""

    connection: Connection
    workspace: str
    agenda: SqlAgenda

    def opened(self, teammate: str, at: datetime) -> None:
        """They opened it: it is drawn now, whatever it shows, and whenever what it shows has changed."""
        row = {"workspace_id": self.workspace, "teammate_id": teammate, "shown": ""}
        upsert(self.connection, home, [row])
        self.agenda.plan(Job.HOME, teammate, at)

    def shown(self, teammate: str) -> str | None:
        """The print of what stands there; None when it was never opened."""
        return self.connection.execute(
            select(home.c.shown).where(home.c.workspace_id == self.workspace, home.c.teammate_id == teammate)
        ).scalar_one_or_none()

    def drawn(self, teammate: str, shown: str) -> None:
        """Note what stands there now."""
        self.connection.execute(
            update(home)
            .where(home.c.workspace_id == self.workspace, home.c.teammate_id == teammate)
            .values(shown=shown)
        )

    def opened_by(self) -> Sequence[str]:
        """Whoever opened it at any time."""
        mine = select(home.c.teammate_id).where(home.c.workspace_id == self.workspace)
        return [row.teammate_id for row in self.connection.execute(mine.order_by(home.c.teammate_id))]
