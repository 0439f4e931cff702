"""Whatever people press, and whenever, no rule is broken: a short quarter with presses that nobody plans."""

from __future__ import annotations

import random
import tomllib
from collections import Counter
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.domain.model import Verb
from bot.domain.policies import typed
from bot.domain.rests import Rest, rest_until
from bot.simulation.arrivals import arrivals
from bot.simulation.byhand import ByHand
from bot.simulation.chance import Chance
from bot.simulation.judge import RULES, judge
from bot.simulation.team import TEAM, Somebody, read_behaviour, read_team
from bot.simulation.world import World

ABOUT_ONESELF = ("pause", "resume", "daily")
THEIRS = (Verb.YES, Verb.NOT_NOW, Verb.NOT_ME, Verb.RELEASE, Verb.CLAIM)
"""What is pressed by whoever has it or was asked, where somebody has or was."""
PRESSED = (*THEIRS, Verb.ASK, Verb.KINDLY, Verb.LATER, Verb.ALREADY, Verb.ELSEWHERE, Verb.LET_GO)


class Hands:
    """Somebody presses something every now and then, on what somebody has read or about themselves."""

    def __init__(self, bot: ByHand, seed: int) -> None:
        self.bot, self.chance, self.done = bot, random.Random(seed), Counter[str]()
        bot.world.at(bot.world.now + timedelta(hours=26), self._act)

    def _act(self) -> None:
        world = self.bot.world
        world.at(world.now + timedelta(minutes=self.chance.randint(20, 180)), self._act)
        if world.is_down("slack"):
            return
        who = self.chance.choice(world.team.people)
        what = self.chance.choice((*ABOUT_ONESELF, *PRESSED))
        self.bot._pressed = True
        if isinstance(what, Verb):
            self._press(who, what)
        else:
            self._rest(who, what)

    def _rest(self, who: Somebody, what: str) -> None:
        people, home = self.bot.office.people, self.bot._home
        self.done[what] += 1
        if what == "resume":
            people.resume(home, who.id)
        elif what == "daily":
            people.own_digest(home, who.id, wanted=self.chance.random() < 0.6)
        else:
            with self.bot.office.store.read(home) as tx:
                hours = tx.people.teammate(who.id).hours  # type: ignore[union-attr]
            people.pause(home, who.id, rest_until(self.chance.choice([*Rest]), hours, self.bot.world.now))

    def _press(self, who: Somebody, verb: Verb) -> None:
        world, home = self.bot.world, self.bot._home
        with self.bot.office.store.read(home) as tx:
            open_ones = {one.id: one.standing for one in tx.threads.waiting()}
        read = [(talk, seen) for talk, (seen, _) in self.bot._seen.items() if seen in open_ones]
        if not read:
            return
        talk, conversation = self.chance.choice(read)
        now = open_ones[conversation]
        if verb is Verb.ASK and not now.nudgeable:
            return  # whom a colleague asks about thanks is asked: the judge takes that for nothing to answer
        its = next((one for one in world.team.people if one.id == (now.asked or now.holder)), who)
        to = now.holder if verb is Verb.KINDLY else self.chance.choice(world.team.people).id
        later = world.now + timedelta(hours=self.chance.choice([3, 20, 70]))
        outcome = self.bot._press(
            its if verb in THEIRS else who,
            world.talks[talk],
            verb,
            to=to,
            until=later if verb is Verb.LATER else None,
        )
        self.done[verb.value] += outcome


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("seed", "days", "policy"), [(1, 7, "default"), (2, 11, "default"), (3, 11, "outright=yes")]
)
def test_no_rule_is_broken_whatever_is_pressed(seed: int, days: int, policy: str, tmp_path: Path) -> None:
    team, chance = read_team(), Chance(seed)
    world = World(team, read_behaviour(), chance)
    for one in arrivals(team, world.behaviour, chance, days=days, mentions=7 * days):
        world.at(one.at, partial(world.arrive, one))
    bot = ByHand(world, tmp_path, every=timedelta(hours=6), policy=typed([policy]))
    hands = Hands(bot, seed)
    end = world.now + timedelta(days=days)
    bot.crowd.begin(end)
    bot.run(end, lambda _at: None)
    verdict = judge(world.log, tomllib.loads(TEAM.read_text(encoding="utf-8")), end)
    assert verdict.violations == dict.fromkeys(RULES, 0), verdict.examples
    assert len(+hands.done) > 9, hands.done
