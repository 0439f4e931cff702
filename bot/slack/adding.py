"""A link put on the team's list: by `/engage add`, and by the shortcut on any message with a link in it.

Of a message the links are taken, and not a word.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.errors import RateLimited, ReadingError, Unavailable
from bot.domain.model import Teammate, Workspace
from bot.services.collecting.add import Add, NotListed
from bot.services.team.people import People
from bot.slack import lines, modals, responses, words
from bot.slack.arrivals import Arrival
from bot.slack.said import Said
from bot.slack.teller import Teller

LINK = re.compile(r"https?://[^\s<>|]+")
PLACES = ("text", "blocks", "attachments")
"""Where a message has its links: as it was written; as an app built it; as other pages are shown in it."""
SHOWN = frozenset({"image_url", "thumb_url", "author_icon", "footer_icon", "service_icon", "logo_url"})
"""Addresses of pictures, which nobody meant."""


@dataclass(frozen=True, slots=True)
class Adding:
    """Adds a link, and asks who could answer where nobody can look whether somebody did."""

    people: People
    add: Add
    teller: Teller

    def __call__(self, home: Workspace, arrival: Arrival, came_at: datetime | None) -> None:
        """The shortcut on a message; its value holds the message's links. Twice does no harm."""
        del came_at
        if arrival.user_team != home.team:
            self.teller.say(arrival, responses.outsider())
            return
        by = self.people.teammate(home.id, arrival.user)
        links = arrival.value.split()
        if not by.can_be_assigned:
            self.teller.say(arrival, responses.outsider())
        elif not links:
            self.teller.say(arrival, responses.no_link())
        else:
            self.link(home, arrival, by, links[0], of=len(links))

    def link(self, home: Workspace, arrival: Arrival, by: Teammate, link: str, *, of: int = 1) -> None:
        """Add it; what cannot be done is said. `of` is how many links stood there."""
        try:
            line = self.add.link(home.id, link, by.id)
        except (ReadingError, ValueError) as trouble:
            self.teller.say(arrival, why_not(trouble))
            return
        if line.wants_somebody:
            likely = self.people.likely(home.id, line.conversation, for_=by.id)
            self.teller.open_view(arrival, modals.assign(line, likely))
        said = [responses.added(lines.name_of(line), lines.network_of(line)), lines.state(line, by.id)]
        said += [] if line.can_see_answers else [words.cannot_see(lines.network_of(line))]
        said += [responses.first_of(of)] if of > 1 else []
        self.teller.say(arrival, *said, more=[lines.team_buttons(line, by.id)])


def why_not(trouble: Exception) -> Said:
    """What a person can do about it."""
    if isinstance(trouble, (Unavailable, RateLimited)):
        return responses.could_not_read()
    if isinstance(trouble, ReadingError):
        return responses.no_such_post()
    return responses.not_listed() if isinstance(trouble, NotListed) else responses.no_web_address()


def links_in(message: Mapping[str, Any]) -> list[str]:
    """The links of a message, each once, from the first of its parts that has any."""
    for place in PLACES:
        found = [html.unescape(link) for text in _texts(message.get(place)) for link in LINK.findall(text)]
        if found:
            return list(dict.fromkeys(found))
    return []


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, list):
        for each in part:
            yield from _texts(each)
    elif isinstance(part, dict):
        for key, each in part.items():
            if key not in SHOWN:
                yield from _texts(each)
