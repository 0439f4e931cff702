"""/engage policy: how the team reminds, or about a watch, or oneself; and another way or part of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.model import Teammate, Watch, Workspace
from bot.domain.nudging import PRESETS, Policy, Step
from bot.domain.policies import typed
from bot.domain.ports import Store
from bot.services.team.policies import TEAM, Place, Policies
from bot.services.team.ruling import Ruling
from bot.slack import responses
from bot.slack.arrivals import Arrival
from bot.slack.blocks import Block, Drawn, divider, foot, message, paragraph
from bot.slack.said import NAME, Said, cut, plain
from bot.slack.teller import Teller

FOR = " for "
ME = "me"
AS_THE_TEAM = "team"
LONGEST = 200
"""Characters of what is read as a policy."""
WATCHES = 20
"""How many are named to whoever named none of them."""


@dataclass(frozen=True, slots=True)
class OurPolicy:
    """The work behind the word: any teammate may choose, as the channel of the digest."""

    store: Store
    policies: Policies
    ruling: Ruling
    teller: Teller

    def __call__(self, home: Workspace, arrival: Arrival, by: Teammate, rest: str) -> None:
        """Show it, after choosing what was named."""
        named, _, whom = f" {rest[:LONGEST]}".partition(FOR)
        named, whom = named.strip().casefold(), whom.strip()
        with self.store.read(home.id) as tx:
            watches = tx.sources.watches()
        found = _place(by, whom, watches)
        if found is None:
            names = tuple(cut(one.name, NAME) for one in watches[:WATCHES])
            self.teller.say(arrival, responses.which_watch(cut(whom, NAME), names))
            return
        place, name = found
        as_the_team = place != TEAM and named == AS_THE_TEAM
        preset = next((one for one in PRESETS if f"{named} ".startswith(f"{one} ")), "")
        if named and not (preset or "=" in named or as_the_team):
            self.teller.say(arrival, responses.policy_unknown(tuple(PRESETS)))
            return
        try:
            if named:
                told = {} if as_the_team else typed(named.removeprefix(preset).split())
                self.policies.choose(home.id, told, place, preset=preset, anew=as_the_team)
        except ValueError as why:
            self.teller.say(arrival, responses.policy_refused(str(why)))
            return
        self.teller.show(arrival, self._drawn(home, place, name))

    def _drawn(self, home: Workspace, place: Place, name: str) -> Drawn:
        found = self.policies.of(home.id, place)
        if place != TEAM:
            head = responses.how_we_remind_about(name) if name else responses.how_you_are_reminded()
            blocks = [paragraph(head), *_steps(found, whole=False)]
            return message(plain(head), [*blocks, foot(responses.as_the_team(name or ME))])
        head, rules = responses.how_we_remind(), len(self.ruling.rules(home.id))
        blocks = [paragraph(head), *_steps(found, whole=True), *self._elsewhere(home)]
        blocks += [divider(), paragraph(responses.so_many_rules(rules) if rules else responses.no_rules())]
        return message(plain(head), [*blocks, foot(responses.policy_choices(tuple(PRESETS)))])

    def _elsewhere(self, home: Workspace) -> list[Block]:
        """The watches about which people are reminded in another way."""
        with self.store.read(home.id) as tx:
            own = tx.choices.all().policies.watches
            names = [cut(one.name, NAME) for one in tx.sources.watches() if one.id in own]
        return [paragraph(responses.another_way(tuple(names)))] if names else []


def _place(by: Teammate, whom: str, watches: Sequence[Watch]) -> tuple[Place, str] | None:
    """The team, oneself, or the one watch of that name, and its name; None without just one."""
    if whom.casefold() in ("", ME):
        return (Place(person=by.id), "") if whom else (TEAM, "")
    found = [one for one in watches if one.name.casefold() == whom.casefold()]
    return (Place(watch=found[0].id), cut(found[0].name, NAME)) if len(found) == 1 else None


def _steps(found: Policy, *, whole: bool) -> list[Block]:
    first = found.first_after if Step.FIRST in found.ladder else None
    said = responses.after_a_yes(
        found.promise, first, second=Step.SECOND in found.ladder, last=found.last_word
    )
    told: list[Said] = [responses.would_reply(found.promise, found.asks), said]
    told += [responses.digest_comes(found.digest)] if whole else []
    told += [responses.has_it_outright()] if found.outright else []
    return [paragraph(one) for one in told]
