"""Home: what waits on one person, what nobody has, what the bot cannot see, and how they are reminded."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from bot.domain.daysoff import back_on
from bot.domain.hours import local_day
from bot.domain.model import Teammate, Workspace
from bot.domain.screens import HomeScreen
from bot.services.team.people import People
from bot.services.telling.homes import Homes
from bot.slack import lines, lists, responses, words
from bot.slack.arrivals import Arrival
from bot.slack.blocks import Block, actions, button, divider, filled, foot, paragraph
from bot.slack.said import NAME, Said, cut
from bot.slack.values import Code

MOST = 30
"""Lines, two blocks each, within Slack's 100."""
NOBODYS = 10


def home(screen: HomeScreen) -> Block:
    """The view of the Home tab; for guests and apps one sentence."""
    small = foot(responses.as_of(screen.queue.as_of), words.never_writes())
    return {"type": "home", "blocks": filled([*_blocks(screen), small])}


def print_of(screen: HomeScreen) -> str:
    """The same for views that differ in nothing but the time at which they were drawn."""
    return hashlib.sha256(json.dumps(_blocks(screen), sort_keys=True).encode()).hexdigest()


def _blocks(screen: HomeScreen) -> list[Block]:
    if not screen.to.can_be_assigned:
        return [paragraph(responses.home_is_for_members())]
    shown, hidden = lists.groups(screen.queue, screen.to.id, MOST, NOBODYS)
    more = [paragraph(responses.more_to_list(hidden))] if hidden > 0 else []
    return [*shown, *more, *_unseen(screen), divider(), *_reminders(screen)]


def _unseen(screen: HomeScreen) -> list[Block]:
    blind = [responses.lines_not_seen(cut(network, NAME), since) for network, since in screen.queue.blind]
    return [divider(), paragraph(responses.what_i_cannot_see(), *blind)] if blind else []


def _reminders(screen: HomeScreen) -> list[Block]:
    to, now = screen.to, screen.queue.as_of
    rests = lists.at_rest(to, now)
    listed = [responses.listed_daily()] if screen.own_digest and to.rings_a_day and not rests else []
    stops = [] if to.stopped else [responses.how_to_stop()]
    told = paragraph(responses.how_i_remind_you(), rests or _how(to, now), *listed, *stops)
    row = actions(
        _button(Code.RESUME, words.REMIND_AGAIN) if rests else lines.pauses(),
        None if to.stopped else _button(Code.STOP, words.STOP_FOR_GOOD),
    )
    return [told, row]


def _how(to: Teammate, now: datetime) -> Said:
    off_until = back_on(to.hours, local_day(to.hours, now))
    if off_until:
        return responses.rings_again_on(off_until)
    return responses.rings(to.rings_a_day, to.hours.starts, to.hours.ends, to.hours.zone)


def _button(code: Code, text: str) -> Block:
    return button(code, text, code, label=text)


@dataclass(frozen=True, slots=True)
class Opened:
    """The work behind `app_home_opened`."""

    people: People
    homes: Homes

    def __call__(self, home: Workspace, arrival: Arrival, came_at: datetime | None) -> None:
        """Somebody opened their Home: it is drawn, and kept true from now on."""
        del came_at
        self.homes.opened(home.id, self.people.teammate(home.id, arrival.user).id)
