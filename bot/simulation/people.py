"""What our people do, in every arm alike: some by themselves, some because they were reminded.

What an arm lets them press is its `Desk`. All that is chance is drawn by who, about whom and how often.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.simulation.team import Somebody
from bot.simulation.world import Talk, World

MOMENT = 0.1
"""Hours of work until somebody presses what needs no thought."""


class Desk(Protocol):
    """What one arm lets people do about a talk."""

    def unowned(self, who: Somebody) -> Sequence[Talk]:
        """What nobody has, as the list shows it to them."""

    def holder(self, talk: Talk) -> str | None:
        """Who has it, as far as anybody can see."""

    def take(self, who: Somebody, talk: Talk) -> None:
        """They will answer."""

    def give(self, who: Somebody, to: Somebody, talk: Talk) -> None:
        """They want a colleague to answer."""

    def settle(self, who: Somebody, talk: Talk, why: str) -> None:
        """They say that it was answered `elsewhere` or `already`, was a `good ending`, or is `let go`."""

    def later(self, who: Somebody, talk: Talk) -> None:
        """Not now."""

    def back(self, who: Somebody, talk: Talk) -> None:
        """Somebody else should."""


@dataclass
class Crowd:
    """The team, with what each was told lately."""

    world: World
    desk: Desk
    told: defaultdict[str, deque[tuple[datetime, bool]]] = field(default_factory=lambda: defaultdict(deque))
    times: defaultdict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    newest: dict[str, int] = field(default_factory=dict)

    def begin(self, end: datetime) -> None:
        """Plan everybody's rounds until then."""
        self.world.on_said = self.sees_unasked
        for who in self.world.team.people:
            if who.rounds or self._of(who, "round"):
                self._next_round(who, self.world.now, end)

    # ---- without any reminder

    def sees_unasked(self, talk: Talk, post: str) -> None:
        """Somebody may notice by themselves what was said, and answer."""
        world, unasked = self.world, self.world.behaviour["unasked"]
        if not world.draw("unasked", "sees", post):
            return
        people = world.team.people
        who = world.chance.one_of(people, [self._of(one, "weight") for one in people], "sees who", post)
        hours = world.chance.hours(unasked["soon"], unasked["spread"], "soon", post)
        late = world.draw("unasked", "late_evening", post)
        at = world.now + timedelta(hours=hours) if late else who.worked(world.now, hours)
        world.at(at, partial(self._answers_unasked, who, talk, post))

    def _answers_unasked(self, who: Somebody, talk: Talk, post: str) -> None:
        if post not in talk.waiting:
            return
        holder = self.desk.holder(talk)
        if holder in {None, who.id} or self.world.draw("unasked", "instead", post):
            self.answer(who, talk)

    def answer(self, who: Somebody, talk: Talk) -> None:
        """They answer by hand, through one account or another."""
        if not talk.waiting:
            return
        world, unasked, post = self.world, self.world.behaviour["unasked"], talk.waiting[-1]
        if world.draw("unasked", "elsewhere", post):
            world.answer(who, talk, "elsewhere")
            if world.draw("unasked", "says_so", post):
                self.press(who, partial(self.desk.settle, who, talk, "elsewhere"))
            return
        own = unasked["own"] if who.home == talk.network else 0.0
        other = max(0.0, 1 - unasked["shared"] - unasked["own"])
        weights = [unasked["shared"] + unasked["own"] - own, own, other]
        world.answer(who, talk, world.chance.one_of(("shared", "own", "unlinked"), weights, "account", post))

    def _next_round(self, who: Somebody, after: datetime, end: datetime) -> None:
        zone = ZoneInfo(who.zone)
        for opens, _ in who.spans(after):
            at = opens + timedelta(hours=1, minutes=30)
            if who.rounds:
                at = datetime.combine(opens.astimezone(zone).date(), who.rounds, zone).astimezone(
                    opens.tzinfo
                )
            if at > after:
                if at < end:
                    self.world.at(at, partial(self._round, who, at, end))
                return

    def _round(self, who: Somebody, at: datetime, end: datetime) -> None:
        self._next_round(who, at, end)
        down = self.world.is_down("slack")
        if down:
            self.world.at(down, partial(self._round_now, who))
        else:
            self._round_now(who)

    def _round_now(self, who: Somebody) -> None:
        world, unasked = self.world, self.world.behaviour["unasked"]
        day = world.now.date()
        gives = unasked["asks"] if who.rounds else 0
        looks = world.chance.happens(self._of(who, "round"), "round", who.id, day)
        takes = unasked["claims"] if looks else 0
        if not gives and not takes:
            return
        listed = [talk for talk in self.desk.unowned(who) if not self._finds_answered(who, talk)]
        if who.rounds:
            listed = self._lets_go(who, listed)
        for talk in listed[:takes]:
            self.desk.take(who, talk)
            self.took(who, talk)
        for talk in listed[takes : takes + gives]:
            to = self._colleague(who, talk)
            if to:
                self.desk.give(who, to, talk)

    def _lets_go(self, who: Somebody, listed: Sequence[Talk]) -> list[Talk]:
        """Whoever does the rounds gives up on what is too old by now; what is left."""
        unasked = self.world.behaviour["unasked"]
        old = self.world.now - timedelta(days=unasked["too_old"])
        given_up = [talk for talk in listed if talk.since and talk.since < old][: unasked["lets_go"]]
        for talk in given_up:
            self.desk.settle(who, talk, "let go")
        return [talk for talk in listed if talk not in given_up]

    def _finds_answered(self, who: Somebody, talk: Talk) -> bool:
        """Opening the thread shows them that it needs nobody any more; they may say so."""
        if talk.waiting:
            return False
        if self.world.draw("reminded", "already", who.id, talk.id, self.world.now.date()):
            self.desk.settle(who, talk, "good ending" if talk.is_thanked else "already")
        return True

    def _colleague(self, who: Somebody, talk: Talk) -> Somebody | None:
        day = self.world.now.date()
        able = [
            one
            for one in self.world.team.people
            if one.id != who.id and not any(first <= day <= last for first, last in one.away)
        ]
        weights = [self._of(one, "weight") for one in able]
        return self.world.chance.one_of(able, weights, "given to", talk.id, talk.waits, day)

    def took(self, who: Somebody, talk: Talk, *, asked: bool = True) -> None:
        """They have it now, and may remember by themselves; they said yes, unless they were just told."""
        world, about = self.world, (who.id, talk.id, talk.waits)
        likely = self._of(who, "self") * (1.0 if asked else world.behaviour["reminded"]["told"])
        if world.chance.happens(likely, "self", *about):
            hours = world.chance.hours(self._of(who, "after"), 0.9, "self after", *about)
            world.at(who.worked(world.now, hours), partial(self.answer, who, talk))

    def given(self, who: Somebody, talk: Talk) -> None:
        """They hear that it is theirs, once they are at work."""
        self.world.at(who.worked(self.world.now, MOMENT), partial(self._hears, who, talk))

    def _hears(self, who: Somebody, talk: Talk) -> None:
        if self.desk.holder(talk) == who.id:
            self.took(who, talk, asked=False)

    # ---- because of a reminder

    def reminded(self, who: Somebody, talks: Sequence[Talk], *, last: Collection[str] = ()) -> None:
        """A message spoke to them of these; if they are not at work they read the newest when they are.

        Of the talks in `last` it was the last word.
        """
        self.newest[who.id] = self.newest.get(who.id, 0) + 1
        for talk in talks:
            self.times[who.id, talk.id] += 1
            self.told[who.id].append((self.world.now, self.times[who.id, talk.id] > 1))
        read = partial(self._reads, who, tuple(talks), last=last)
        if who.is_working(self.world.now):
            read()
        else:
            number = self.newest[who.id]
            self.world.at(who.worked(self.world.now, 0.0), partial(self._if_newest, who, number, read))

    def _if_newest(self, who: Somebody, number: int, read: partial[None]) -> None:
        if self.newest[who.id] == number:
            read()

    def _reads(self, who: Somebody, talks: Sequence[Talk], *, last: Collection[str]) -> None:
        reminded = self.world.behaviour["reminded"]
        likely = self._of(who, "ring") * self._worn(who)
        for place, talk in enumerate(talks):
            about = (who.id, talk.id, talk.waits, self.times[who.id, talk.id])
            if not self.world.chance.happens(likely * reminded["further_line"] ** place, "ring", *about):
                continue
            self._acts(who, talk, about, last=talk.id in last)

    def _acts(self, who: Somebody, talk: Talk, about: Sequence[object], *, last: bool) -> None:
        world, reminded = self.world, self.world.behaviour["reminded"]
        if not talk.waiting:
            if world.draw("reminded", "already", *about):
                self.press(who, partial(self.desk.settle, who, talk, "already"))
            return
        if last and not world.draw("reminded", "still", *about):
            self.press(who, partial(self.desk.back, who, talk))
            return
        does = world.chance.share("does", *about)
        if does < reminded["later"]:
            self.press(who, partial(self.desk.later, who, talk))
        elif does < reminded["later"] + reminded["back"]:
            self.press(who, partial(self.desk.back, who, talk))
        else:
            hours = world.chance.hours(reminded["act_after"], reminded["spread"], "act after", *about)
            world.at(who.worked(world.now, hours), partial(self.answer, who, talk))

    def _worn(self, who: Somebody) -> float:
        """How much of their attention is left, by the part of what they were told that was repeated."""
        reminded, told = self.world.behaviour["reminded"], self.told[who.id]
        while told and told[0][0] < self.world.now - timedelta(days=reminded["over_days"]):
            told.popleft()
        part = sum(again for _, again in told) / len(told) if told else 0.0
        above = max(0.0, part - reminded["usual_repeats"])
        left: float = reminded["repeats"] ** (above / 0.05)
        return left

    def news(self, who: Somebody, talk: Talk, place: int = 0) -> None:
        """They were told that somebody wrote back, below so many other lines; if that asks something, they
        may answer."""
        world, reminded, about = self.world, self.world.behaviour["reminded"], (who.id, talk.id, talk.waits)
        likely = reminded["news"] * reminded["further_line"] ** place
        if talk.waiting and world.chance.happens(likely, "news", *about):
            hours = world.chance.hours(reminded["act_after"], reminded["spread"], "news after", *about)
            world.at(who.worked(world.now, hours), partial(self.answer, who, talk))

    def in_channel(self, talks: Sequence[Talk]) -> None:
        """A list stands in the channel: whoever reads it may take a line."""
        world, reminded = self.world, self.world.behaviour["reminded"]
        for place, talk in enumerate(talks[:20]):
            likely = reminded["channel"] * reminded["further_line"] ** place
            for who in world.team.people:
                about = (who.id, talk.id, world.now.date())
                if who.temper != "deaf" and world.chance.happens(likely, "channel", *about):
                    at = who.worked(world.now, world.chance.hours(MOMENT, 1.0, "reads after", *about))
                    self.press(who, partial(self._takes, who, talk), at)
                    break

    def _takes(self, who: Somebody, talk: Talk) -> None:
        if not self._finds_answered(who, talk) and self.desk.holder(talk) is None:
            self.desk.take(who, talk)
            self.took(who, talk)

    def press(self, who: Somebody, what: partial[None], at: datetime | None = None) -> None:
        """They press something, once they are at work and Slack works."""
        world = self.world
        at = at or who.worked(world.now, MOMENT)
        down = world.team.is_down("slack", at)
        world.at(down or at, what)

    def _of(self, who: Somebody, what: str) -> float:
        likely: float = self.world.behaviour["temper"][who.temper][what]
        return likely
