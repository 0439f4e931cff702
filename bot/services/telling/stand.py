"""Where the team's digest stands, and at what hour: chosen in the channel itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time
from enum import StrEnum

from bot.domain.choices import About
from bot.domain.model import Teammate, Workspace
from bot.domain.ports import Channel, Clock, Job, Slack, Store, Tx
from bot.services.telling.report import plan_of

UNCHOSEN = "UTC"
"""The zone of a Workspace that nobody has set."""


class Unfit(StrEnum):
    """Why a digest cannot stand in a channel."""

    NOT_IN = "By Hand is not in it"
    SHARED = "shared with another organisation"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class Stand:
    """Sets channel, hour and zone of a Workspace, and plans its digests anew."""

    store: Store
    slack: Slack
    clock: Clock

    def here(self, workspace: str, channel: str, at: time | None, zone: str) -> Workspace | Unfit:
        """The digest stands in `channel` from now on, at `at` (None keeps the hour); or why it cannot.

        `zone` is that of the person who chose: it becomes the team's if none was ever chosen. Today's digest
        comes at once when its hour has passed; the one in the former channel becomes a receipt.
        Raises NotSent or Rejected when Slack does not tell how the channel is; then nothing is changed.
        """
        with self.store.read(workspace) as tx:
            home = tx.workspace
        unfit = _unfit(self.slack.channel(home, channel))
        if unfit:
            return unfit
        with self.store.write(workspace) as tx:
            former = tx.workspace
            new = former.channel is None and former.zone == UNCHOSEN
            chosen = replace(
                former,
                channel=channel,
                digest_at=at or former.digest_at,
                zone=zone if new else former.zone,
            )
            tx.save_workspace(chosen)
            self._plan(tx, chosen, channel, former.channel)
        return chosen

    def direct(self, workspace: str, *, wanted: bool) -> None:
        """The digest goes to the first lead alone, or to the channel again where it stood before; when it
        comes next is decided anew. Without a lead it stays where it is.
        """
        with self.store.write(workspace) as tx:
            chosen = home = tx.workspace
            if home.is_direct != wanted:
                chosen = _to_the_lead(tx) if wanted else replace(home, channel=tx.messages.channel())
                tx.save_workspace(chosen)
            self._plan(tx, chosen, chosen.channel or "", home.channel)

    def quiet(self, workspace: str, until: datetime | None) -> None:
        """Nobody hears anything until then, and no digest comes; None ends that."""
        with self.store.write(workspace) as tx:
            tx.choices.choose(About.QUIET, "", until.isoformat() if until else None)
            home, now = tx.workspace, self.clock()
            for one in tx.people.teammates():
                tx.agenda.plan(Job.SEE, one.id, now)
            due = plan_of(tx, now)
            if home.channel and due:
                tx.agenda.replan(Job.DIGEST, home.channel, due)

    def _plan(self, tx: Tx, home: Workspace, channel: str, former: str | None) -> None:
        if former and former != channel:
            tx.agenda.drop(Job.DIGEST, former)
            last = tx.messages.last_digest(former)
            if last:
                tx.messages.shrink(last.id)
        due = plan_of(tx, self.clock())
        if due:
            tx.agenda.replan(Job.DIGEST, channel, due)


def first_lead(tx: Tx) -> Teammate | None:
    """The one person whom a digest would go to that goes to no channel."""
    return next((one for one in tx.people.teammates() if one.is_lead and one.can_be_assigned), None)


def _to_the_lead(tx: Tx) -> Workspace:
    home, lead = tx.workspace, first_lead(tx)
    if lead is None:
        return home
    zone = lead.hours.zone if home.zone == UNCHOSEN else home.zone
    return replace(home, channel=lead.slack_user, zone=zone)


def _unfit(channel: Channel | None) -> Unfit | None:
    if channel is None:
        return Unfit.NOT_IN
    if channel.is_archived:
        return Unfit.ARCHIVED
    if channel.is_shared:
        return Unfit.SHARED
    return None if channel.is_member else Unfit.NOT_IN
