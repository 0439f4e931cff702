"""What the team of one Workspace decided about itself."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from bot.domain.choices import About, Choice, Chosen, Value, chosen_by
from bot.store.agenda import SqlAgenda
from bot.store.once import Told, once
from bot.store.tables.columns import of
from bot.store.tables.people import choice as choices
from bot.store.upsert import upsert

_ALL = select(choices).where(of(choices)).order_by(choices.c.about, choices.c.subject)


@dataclass(slots=True)
class SqlChoices:
    """Fits `bot.domain.ports.Choices`."""

    connection: Connection
    workspace: str
    agenda: SqlAgenda
    told: Told | None = None

    @once
    def all(self) -> Chosen:
        """Every decision."""
        known = set(About)
        rows = self.connection.execute(_ALL, {"of": self.workspace})
        return chosen_by(
            Choice(About(row.about), row.subject, row.value) for row in rows if row.about in known
        )

    def choose(self, about: About, subject: str, value: Value | None) -> None:
        """Decide, or with None take the decision back."""
        key = {"workspace_id": self.workspace, "about": about.value, "subject": subject}
        if value is None:
            mine = (choices.c[name] == each for name, each in key.items())
            self.connection.execute(delete(choices).where(*mine))
        else:
            upsert(self.connection, choices, [key | {"value": value}])
        self.agenda.stirred = True
