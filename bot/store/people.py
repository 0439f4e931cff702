"""Teammates, and the handles of ours, of one Workspace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select

from bot.domain.model import Handle, Hours, Teammate
from bot.store.agenda import SqlAgenda
from bot.store.once import Told, once
from bot.store.shapes import days_off, days_off_row, handle_of
from bot.store.tables.columns import of
from bot.store.tables.people import handle as handles
from bot.store.tables.people import teammate as teammates
from bot.store.upsert import new_id, upsert

_ALL = select(teammates).where(of(teammates)).order_by(teammates.c.name, teammates.c.id)
_BY_ID = select(teammates).where(of(teammates), teammates.c.id == bindparam("teammate"))
_BY_SLACK = select(teammates).where(of(teammates), teammates.c.slack_user == bindparam("slack"))
_HANDLES = select(handles).where(of(handles)).order_by(handles.c.id)


@dataclass(slots=True)
class SqlPeople:
    """Fits `bot.domain.ports.People`."""

    connection: Connection
    workspace: str
    agenda: SqlAgenda
    told: Told | None = None

    @once
    def teammates(self) -> Sequence[Teammate]:
        """All of the team that we met, by name."""
        return [_teammate(row) for row in self.connection.execute(_ALL, {"of": self.workspace}).all()]

    @once
    def teammate(self, teammate: str) -> Teammate | None:
        """By our id."""
        row = self.connection.execute(_BY_ID, {"of": self.workspace, "teammate": teammate}).one_or_none()
        return _teammate(row) if row else None

    def by_slack(self, slack_user: str) -> Teammate | None:
        """By Slack's id."""
        row = self.connection.execute(_BY_SLACK, {"of": self.workspace, "slack": slack_user}).one_or_none()
        return _teammate(row) if row else None

    def save_teammate(self, teammate: Teammate) -> Teammate:
        """Insert (when its id is empty, one is given) or update; returns it as stored."""
        if not teammate.id:
            met = self.by_slack(teammate.slack_user)
            teammate = replace(teammate, id=met.id if met else new_id())
        upsert(self.connection, teammates, [_teammate_row(self.workspace, teammate)])
        self.agenda.stirred = True
        return teammate

    @once
    def handles(self) -> Sequence[Handle]:
        """All accounts of ours, past ones too."""
        return [handle_of(row) for row in self.connection.execute(_HANDLES, {"of": self.workspace}).all()]

    def save_handle(self, handle: Handle) -> Handle:
        """Insert (when its id is empty, one is given) or update; an owner links an account once."""
        if not handle.id:
            handle = replace(handle, id=self._linked(handle) or new_id())
        row = {
            "workspace_id": self.workspace,
            "id": handle.id,
            "network": handle.network,
            "author_id": handle.author_id,
            "name": handle.name,
            "teammate_id": handle.teammate,
            "home": handle.home,
            "proved": handle.proved,
            "since": handle.since,
            "until": handle.until,
        }
        upsert(self.connection, handles, [row])
        self.agenda.stirred = True
        return handle

    def drop_handle(self, handle: str) -> None:
        """It was never ours."""
        here = (handles.c.workspace_id == self.workspace, handles.c.id == handle)
        self.connection.execute(delete(handles).where(*here))
        self.agenda.stirred = True

    def _linked(self, handle: Handle) -> str | None:
        """The id of the same account with the same owner, unless its time is over."""
        return self.connection.execute(
            select(handles.c.id)
            .where(handles.c.workspace_id == self.workspace, handles.c.network == handle.network)
            .where(handles.c.author_id == handle.author_id, handles.c.until.is_(None))
            .where(handles.c.teammate_id.is_not_distinct_from(handle.teammate))
            .limit(1)
        ).scalar_one_or_none()


def _teammate(row: Row[Any]) -> Teammate:
    return Teammate(
        id=row.id,
        slack_user=row.slack_user,
        name=row.name,
        hours=Hours(row.zone, row.starts, row.ends, frozenset(row.days), days_off(row.off)),
        can_be_assigned=row.can_be_assigned,
        is_lead=row.is_lead,
        paused_until=row.paused_until,
        stopped=row.stopped,
        rings_a_day=row.rings_a_day,
        met=row.met,
        holidays=row.holidays,
        calendar=row.calendar_id,
    )


def _teammate_row(workspace: str, one: Teammate) -> dict[str, Any]:
    return {
        "workspace_id": workspace,
        "id": one.id,
        "slack_user": one.slack_user,
        "name": one.name,
        "zone": one.hours.zone,
        "starts": one.hours.starts,
        "ends": one.hours.ends,
        "days": sorted(one.hours.days),
        "can_be_assigned": one.can_be_assigned,
        "is_lead": one.is_lead,
        "paused_until": one.paused_until,
        "stopped": one.stopped,
        "rings_a_day": one.rings_a_day,
        "met": one.met,
        "holidays": one.holidays,
        "calendar_id": one.calendar,
        "off": days_off_row(one.hours.off),
    }
