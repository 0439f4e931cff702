"""/engage policy: how the team, or oneself, is reminded; and another way or part of one."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.model import Teammate, Workspace
from bot.domain.nudging import PRESETS, Policy, Step
from bot.domain.policies import typed
from bot.services.team.policies import TEAM, Place, Policies
from bot.services.team.ruling import Ruling
from bot.slack import words
from bot.slack.arrivals import Arrival
from bot.slack.blocks import Block, Drawn, divider, foot, message, paragraph
from bot.slack.said import Said, plain
from bot.slack.teller import Teller

FOR_ME = "for me"
AS_THE_TEAM = "team"
LONGEST = 200
"""Characters of what is read as a policy."""


@dataclass(frozen=True, slots=True)
class OurPolicy:
    """The work behind the word: any teammate may choose, as the channel of the digest."""

    policies: Policies
    ruling: Ruling
    teller: Teller

    def __call__(self, home: Workspace, arrival: Arrival, by: Teammate, rest: str) -> None:
        """Show it, after choosing what was named."""
        named = rest[:LONGEST].casefold()
        own = named.endswith(FOR_ME)
        named = named.removesuffix(FOR_ME).strip()
        as_the_team = own and named == AS_THE_TEAM
        preset = next((one for one in PRESETS if f"{named} ".startswith(f"{one} ")), "")
        if named and not (preset or "=" in named or as_the_team):
            self.teller.say(arrival, words.policy_unknown(tuple(PRESETS)))
            return
        try:
            if named:
                told = {} if as_the_team else typed(named.removeprefix(preset).split())
                place = Place(person=by.id) if own else TEAM
                self.policies.choose(home.id, told, place, preset=preset, anew=as_the_team)
        except ValueError as why:
            self.teller.say(arrival, words.policy_refused(str(why)))
            return
        self.teller.show(arrival, self._drawn(home, by, own=own))

    def _drawn(self, home: Workspace, by: Teammate, *, own: bool) -> Drawn:
        found = self.policies.of(home.id, Place(person=by.id) if own else TEAM)
        head = words.how_you_are_reminded() if own else words.how_we_remind()
        blocks = [paragraph(head), *_steps(found, own=own)]
        if not own:
            rules = len(self.ruling.rules(home.id))
            blocks += [divider(), paragraph(words.so_many_rules(rules) if rules else words.no_rules())]
        small = words.own_policy_choices() if own else words.policy_choices(tuple(PRESETS))
        return message(plain(head), [*blocks, foot(small)])


def _steps(found: Policy, *, own: bool) -> list[Block]:
    first = found.first_after if Step.FIRST in found.ladder else None
    said = words.after_a_yes(found.promise, first, second=Step.SECOND in found.ladder, last=found.last_word)
    told: list[Said] = [words.would_reply(found.promise, found.asks), said]
    told += [] if own else [words.digest_comes(found.digest)]
    told += [words.has_it_outright()] if found.outright else []
    return [paragraph(one) for one in told]
