"""The team's policy: shown and set."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.choices import About
from bot.domain.nudging import PRESETS, USUAL, Policy, Rhythm
from bot.domain.policies import TEAM_ONLY, Told, changed, kept
from bot.domain.ports import Clock, Job, Store
from bot.services.telling.stand import Stand, first_lead


@dataclass(frozen=True, slots=True)
class Place:
    """For what a policy is chosen: the team, or one watch or teammate by id."""

    watch: str | None = None
    person: str | None = None

    @property
    def key(self) -> tuple[About, str]:
        """Under what it is kept."""
        if self.watch:
            return About.WATCH_POLICY, self.watch
        return (About.OWN_POLICY, self.person) if self.person else (About.POLICY, "")


TEAM = Place()


@dataclass(frozen=True, slots=True)
class Policies:
    """Shows and sets policies."""

    store: Store
    stand: Stand
    clock: Clock

    def of(self, workspace: str, place: Place = TEAM) -> Policy:
        """What holds there."""
        with self.store.read(workspace) as tx:
            return tx.choices.all().policies.of([place.watch] if place.watch else (), place.person)

    def choose(
        self, workspace: str, told: Told, place: Place = TEAM, *, preset: str = "", anew: bool = False
    ) -> Policy:
        """Choose these; what was chosen before stays unless `anew` or a preset is taken. What holds now.

        Raises ValueError for what cannot be chosen there, KeyError for an unknown preset.
        """
        if place != TEAM and TEAM_ONLY & set(told):
            raise ValueError("the digest is the whole team's")
        if preset:
            told = {**kept(PRESETS[preset]), **told}
            told = told if place == TEAM else {n: v for n, v in told.items() if n not in TEAM_ONLY}
        changed(USUAL, told)
        before = self.of(workspace, place)
        about, subject = place.key
        with self.store.write(workspace) as tx:
            if told.get("digest") == Rhythm.DIRECT and first_lead(tx) is None:
                raise ValueError("the digest would go to the first lead alone, and there is none yet")
            policies = tx.choices.all().policies
            here = {About.POLICY: {"": policies.team}, About.WATCH_POLICY: policies.watches}
            former = here.get(about, policies.people).get(subject, {})
            chosen = {**({} if preset or anew else former), **told}
            tx.choices.choose(about, subject, chosen or None)
            for person in tx.threads.with_whom():
                tx.agenda.plan(Job.SEE, person, self.clock())
        now = self.of(workspace, place)
        if now.digest != before.digest:
            self.stand.direct(workspace, wanted=now.digest == Rhythm.DIRECT)
        return now
