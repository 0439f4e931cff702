"""The world of one run: its time, what is going to happen, the networks, and the log that is judged.

The log tells what happened and nothing about why: `judge.py` reads it and the calendar, and nothing else.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

from bot.domain.model import Author
from bot.simulation.arrivals import Arrival
from bot.simulation.chance import Chance
from bot.simulation.network import Sea, account
from bot.simulation.team import Behaviour, Somebody, Team

Happening = Callable[[], object]
ACME = "acme"


@dataclass
class Talk:
    """One outside person in one thread. `waiting` is what nobody answered yet, whoever could see it."""

    id: str
    network: str
    author: Author
    posts: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    waits: int = 0
    since: datetime | None = None
    replied: str | None = None
    is_thanked: bool = False
    is_gone: bool = False


@dataclass
class World:
    """What happens, in its order."""

    team: Team
    behaviour: Behaviour
    chance: Chance
    now: datetime = field(init=False)
    seas: Mapping[str, Sea] = field(init=False)
    talks: dict[str, Talk] = field(default_factory=dict)
    log: list[dict[str, Any]] = field(default_factory=list)
    talk_of: dict[str, Talk] = field(default_factory=dict)
    on_said: Callable[[Talk, str], object] = lambda _talk, _post: None
    hearing: list[Callable[[Talk, str], object]] = field(default_factory=list)
    _ahead: list[tuple[datetime, int, Happening]] = field(default_factory=list)
    _order: count[int] = field(default_factory=count)
    _posts: count[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.now = self.team.begins
        self.seas = {name: Sea(name, self.time, partial(self.is_down, name)) for name in ("pond", "field")}

    def time(self) -> datetime:
        """The clock."""
        return self.now

    def is_down(self, what: str) -> datetime | None:
        """Until when it is out of order now."""
        return self.team.is_down(what, self.now)

    def at(self, when: datetime, happens: Happening) -> None:
        """That happens then."""
        heapq.heappush(self._ahead, (max(when, self.now), next(self._order), happens))

    def next(self) -> datetime | None:
        """When the next thing happens."""
        return self._ahead[0][0] if self._ahead else None

    def step(self) -> None:
        """Let the next thing happen."""
        self.now, _, happens = heapq.heappop(self._ahead)
        happens()

    def note(self, kind: str, **told: object) -> None:
        """A line of the log."""
        self.log.append({"at": self.now.isoformat(), "kind": kind, **told})

    def draw(self, group: str, name: str, *about: object) -> bool:
        """Whether something happens that the data file says how likely it is."""
        return self.chance.happens(self.behaviour[group][name], name, *about)

    # ---- people outside

    def arrive(self, arrival: Arrival) -> None:
        """Somebody begins to speak to us."""
        author = account(arrival.network, arrival.author)
        talk = self.talks[arrival.id] = Talk(arrival.id, arrival.network, author)
        self._say(talk, arrival.id, asks=arrival.asks, under=None)
        fate, hours = arrival.fate, self.chance.hours(4.0, 1.5, "fate after", arrival.id)
        if fate:
            soon = timedelta(hours=hours) if fate == "deleted" else timedelta(minutes=5 * hours)
            self.at(self.now + soon, partial(getattr(self, f"_{fate}"), talk))
        if self.draw("outside", "again", talk.id):
            days = 2 + self.chance.share("again after", talk.id)
            self.at(self.now + timedelta(days=days), partial(self._again, talk))

    def _say(self, talk: Talk, id: str, *, asks: bool, under: str | None, needs: bool = True) -> None:
        text = f"@{ACME} about {id}, {'how does that work?' if asks else 'that was something.'}"
        names = [account(talk.network, ACME)]
        self.seas[talk.network].write(id, talk.author, text, under=under, names=names)
        talk.posts.append(id)
        self.talk_of[id] = talk
        if needs:
            if not talk.waiting:
                talk.waits, talk.since = talk.waits + 1, self.now
            talk.is_thanked = False
            talk.waiting.append(id)
        self.note("said", talk=talk.id, network=talk.network, post=id, asks=asks, needs=needs)
        if needs:
            self.on_said(talk, id)
            for hear in self.hearing:
                hear(talk, "said")

    def _new(self, talk: Talk) -> str:
        return f"{talk.id}-{len(talk.posts)}"

    def _deleted(self, talk: Talk) -> None:
        if not talk.replied and not talk.is_gone:
            talk.is_gone = True
            self._vanish(talk, "deleted")

    def _redrafted(self, talk: Talk) -> None:
        """They delete it, and write it anew some minutes later."""
        if talk.replied or talk.is_gone:
            return
        self._vanish(talk, "redrafted")
        again = partial(self._say, talk, self._new(talk), asks=True, under=None)
        self.at(self.now + timedelta(minutes=8), again)

    def _vanish(self, talk: Talk, kind: str) -> None:
        self.seas[talk.network].gone |= set(talk.posts)
        self.note(kind, talk=talk.id, posts=list(talk.waiting))
        talk.waiting = []
        for hear in self.hearing:
            hear(talk, kind)

    def _edited(self, talk: Talk) -> None:
        post = talk.posts[0]
        if not talk.is_gone:
            sea = self.seas[talk.network]
            sea.edit(post, f"{sea.posts[post].text} (edited)")

    def _again(self, talk: Talk) -> None:
        """Nobody answered: they ask once more."""
        if talk.waiting and not talk.is_gone:
            self._say(talk, self._new(talk), asks=True, under=talk.posts[-1])

    def _back(self, talk: Talk, reply: str, *, asks: bool) -> None:
        if talk.is_gone:
            return
        talk.is_thanked = not asks
        self._say(talk, self._new(talk), asks=asks, under=reply, needs=asks)

    # ---- ours, on the network

    def answer(self, person: Somebody, talk: Talk, how: str) -> None:
        """One of us answers by hand: as the team (`shared`), as themselves (`own`), as an account that nobody
        linked (`unlinked`), or `elsewhere`."""
        if not talk.waiting:
            return
        covered, under = list(talk.waiting), talk.waiting[-1]
        talk.waiting, talk.replied = [], person.id
        self.note("answered", talk=talk.id, by=person.id, posts=covered, how=how)
        for hear in self.hearing:
            hear(talk, how)
        if how != "elsewhere":
            by = account(talk.network, {"shared": ACME, "own": person.id}.get(how, f"{person.id}2"))
            id = f"a{next(self._posts):05}"
            text = f"{talk.author.handle} This is how, about {under} and {id}."
            self.seas[talk.network].write(id, by, text, under=under, names=[talk.author])
            self._after_our(talk, id)

    def _after_our(self, talk: Talk, reply: str) -> None:
        number = len(talk.posts)
        hours = self.chance.hours(
            self.behaviour["outside"]["thanks_after"], 1.5, "back after", talk.id, number
        )
        if number < 4 and self.draw("outside", "asks_back", talk.id, number):
            self.at(self.now + timedelta(hours=hours), partial(self._back, talk, reply, asks=True))
        elif self.draw("outside", "thanks", talk.id, number):
            self.at(self.now + timedelta(hours=hours), partial(self._back, talk, reply, asks=False))
