"""By Hand's arm: the real services, store and plans of work; time is moved, networks and Slack are in memory.

Whoever is spoken to is spoken to at the minute that it is due, after a look right before. Else places are
read and threads looked at once in so many full hours as is said: that takes most of the time. A second look,
at what the first did not find, follows ten minutes later as it does in life.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.app.bot import hands, plan_all
from bot.app.office import Office, furnish
from bot.config import Settings
from bot.domain.model import Line, Verb, Watch
from bot.domain.policies import Told
from bot.domain.polling import Pace
from bot.domain.ports import EVERYBODY, Job, Posted
from bot.domain.screens import Kind, Screen
from bot.reading.ledger import Ledger
from bot.services.collecting.answers import MISSED_AGAIN_AFTER
from bot.services.standing.ids import drawn_by
from bot.services.telling.together import SIDE_BY_SIDE
from bot.services.workers import Workers
from bot.simulation import rows
from bot.simulation.chat import Almanac, Chat
from bot.simulation.network import Seas
from bot.simulation.people import Crowd
from bot.simulation.team import Somebody
from bot.simulation.world import ACME, Talk, World
from bot.store import migrate, open_store

CHANNEL = "C1"
READING = (Job.POLL, Job.LOOK, Job.KEEP, Job.WAKE, Job.DAYS, Job.DRAW, Job.HOME)
SHOWN = 40
"""Lines of the list that somebody goes through in one round."""
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DRIFT = 0.9
"""Of the time between two readings; with their drift of up to a tenth all fall on the same full hours."""
KEY = "c2ltdWxhdGVkLXNpbXVsYXRlZC1zaW11bGF0ZWQtMDA="


class Killed(BaseException):
    """The process ends, wherever it is."""


@dataclass
class Restarts:
    """When the process is killed: at the first reading or pause after each of these moments."""

    moments: list[datetime] = field(default_factory=list)

    def is_due(self, now: datetime) -> bool:
        """Whether it ends now; each moment counts once."""
        if self.moments and self.moments[0] <= now:
            self.moments.pop(0)
            return True
        return False


class ByHand:
    """The bot in this world, and what people can press; fits `bot.simulation.people.Desk`."""

    def __init__(
        self,
        world: World,
        folder: Path,
        *,
        every: timedelta = HOUR,
        restarts: Restarts | None = None,
        policy: Told = MappingProxyType({}),
    ) -> None:
        self.world = world
        self._every = every
        self.crowd = Crowd(world, self)
        self.restarts = restarts or Restarts()
        self._chat = Chat(world, self._read)
        self._settings = replace(Settings.for_demo(folder), keys=(KEY,))
        self._settings.data_dir.mkdir(parents=True, exist_ok=True)
        migrate(self._settings.database_url)
        self._seen: dict[str, tuple[str, int]] = {}
        self._ids = count(1)
        self._read_at = world.now
        for sea in world.seas.values():
            sea.on_read = self._may_be_killed
            sea.facts = replace(sea.facts, floor=every * DRIFT)
        self._open()
        self._settle_in()
        if policy:
            self.office.policies.choose(self._home, policy)
        plan_all(self.office)

    # ---- the process

    def _open(self) -> None:
        settings, clock = self._settings, self.world.time
        store = open_store(settings.database_url, keys=settings.keys, clock=clock)
        ledger = Ledger(clock)
        networks, calendars = Seas(self.world.seas), Almanac(self.world.team.holidays)
        pace = Pace(*[self._every * DRIFT] * 4)
        self.office: Office = furnish(
            settings, store, networks, calendars, ledger, clock=clock, pace=pace, slack=self._chat
        )
        all_hands = hands(self.office)
        self._speaking = [kind for kind in all_hands if kind not in READING]
        self._prompt = Workers(store, {kind: all_hands[kind] for kind in self._speaking}, clock)
        self._reading = Workers(store, all_hands, clock)

    def _anew(self) -> None:
        """Another process takes up what this one left."""
        self.office.store.close()
        self._open()
        self.office.store.abandon()
        plan_all(self.office)

    def _may_be_killed(self) -> None:
        if self.restarts.is_due(self.world.now):
            self.world.note("killed")
            raise Killed

    def run(self, end: datetime, progress: Callable[[datetime], None]) -> None:
        """Let everything happen until then."""
        with drawn_by(self._draw):
            self._run(end, progress)
        self.office.store.close()

    def _draw(self, size: int) -> str:
        name = f"{self.world.chance.seed} {next(self._ids)}"
        return hashlib.blake2b(name.encode(), digest_size=size).hexdigest()

    def _run(self, end: datetime, progress: Callable[[datetime], None]) -> None:
        at: datetime | None = None
        while True:
            at = at or self._next_work()
            event = self.world.next()
            if event is not None and event <= at and event < end:
                self._pressed = False
                self.world.step()
                at = None if self._pressed else at
                continue
            if at >= end:
                return
            self.world.now = at
            self._work()
            progress(at)
            at = None

    def _next_work(self) -> datetime:
        """The next full minute with something to say, or the next time of reading with something to read."""
        store = self.office.store
        says = _up(store.next_due(self._speaking), MINUTE)
        reads = _up(store.next_due(READING), self._every)
        looks = store.next_due((Job.LOOK,))
        if looks and self.world.now < self._second_look and looks <= self._second_look:
            reads = min(reads, self._second_look)
        return max(min(says, reads), self.world.now)

    @property
    def _second_look(self) -> datetime:
        return self._read_at + MISSED_AGAIN_AFTER

    def _work(self) -> None:
        reads = self.world.now in (_up(self.world.now, self._every), self._second_look)
        if reads and self.world.now != self._second_look:
            self._read_at = self.world.now
        for _ in range(100):
            try:
                workers = self._reading if reads else self._prompt
                workers.drain()
                self._may_be_killed()
            except Killed:
                self._anew()
            else:
                return

    # ---- the team's decisions, as rows

    def _settle_in(self) -> None:
        team, store = self.world.team, self.office.store
        with store.read(self.office.workspace) as tx:
            home = tx.workspace
        self._home = home.id
        with store.write(home.id) as tx:
            tx.save_workspace(
                replace(
                    home,
                    team="T1",
                    name="Acme",
                    zone=team.channel_zone,
                    channel=CHANNEL,
                    holidays=team.channel_region,
                )
            )
            for network in sorted(self.world.seas):
                tx.people.save_handle(rows.handle(network, ACME, None))
            for number, who in enumerate(team.people):
                tx.people.save_teammate(rows.teammate(who, is_lead=number == 0))
                if who.home:
                    tx.people.save_handle(rows.handle(who.home, who.id, who.id))
            for network in sorted(self.world.seas):
                ours = [ACME, *(one.id for one in team.people if one.home == network)]
                sources = [
                    rows.source(network, "mentions", ACME),
                    *(rows.source(network, "own", who) for who in ours),
                ]
                tx.sources.save_watch(
                    Watch(f"w-{network}", "Acme", None, created_by=team.people[0].id), sources
                )
        self.office.days.renew(self._home, EVERYBODY)
        for who in team.people:
            self._plan_absences(who)

    def _plan_absences(self, who: Somebody) -> None:
        """They tell the bot when they will not be there, some hours before."""
        for first, last in who.away:
            begins = datetime.combine(first, time.min, ZoneInfo(who.zone)).astimezone(UTC)
            self.world.at(begins - 7 * HOUR, partial(self._leaves, who, first, last + timedelta(days=1)))

    def _leaves(self, who: Somebody, first: date, until: date) -> None:
        self._pressed = True
        self.office.days.away(self._home, who.id, first, until)

    # ---- what people press

    def unowned(self, who: Somebody) -> Sequence[Talk]:
        """What `/engage` shows them that nobody has."""
        screen = self.office.queue.of(self._home, who.id, limit=SHOWN)
        return [self._talk(line) for line in screen.unowned]

    def holder(self, talk: Talk) -> str | None:
        """Whoever said yes or claimed it."""
        if talk.id not in self._seen:
            return None
        conversation, _ = self._seen[talk.id]
        with self.office.store.read(self._home) as tx:
            known = tx.threads.these([conversation]).get(conversation)
        return known.standing.holder if known else None

    def take(self, who: Somebody, talk: Talk) -> None:
        """ "I'll reply"."""
        self._press(who, talk, Verb.CLAIM)

    def give(self, who: Somebody, to: Somebody, talk: Talk) -> None:
        """A colleague is asked."""
        self._press(who, talk, Verb.ASK, to=to.id)

    def settle(self, who: Somebody, talk: Talk, why: str) -> None:
        """Nobody has to answer any more."""
        verbs = {"elsewhere": Verb.ELSEWHERE, "good ending": Verb.GOOD_ENDING, "let go": Verb.LET_GO}
        done = self._press(who, talk, verbs.get(why, Verb.ALREADY))
        if not done and why == "good ending":
            # They thanked an account that nobody linked: the bot never saw our answer.
            self._press(who, talk, Verb.ALREADY)

    def later(self, who: Somebody, talk: Talk) -> None:
        """Until their next morning."""
        opens = next(opens for opens, _ in who.spans(self.world.now) if opens > self.world.now)
        self._press(who, talk, Verb.LATER, until=opens)

    def back(self, who: Somebody, talk: Talk) -> None:
        """Somebody else should."""
        self._press(who, talk, Verb.RELEASE)

    def _press(
        self, who: Somebody, talk: Talk, verb: Verb, *, to: str | None = None, until: datetime | None = None
    ) -> bool:
        """As a button does: with the wait that stood on it."""
        if talk.id not in self._seen:
            return False
        self._pressed = True
        conversation, wait = self._seen[talk.id]
        shown = self._shown(conversation)
        outcome = self.office.triage.press(
            self._home, conversation, wait, verb, who.id, face="simulate", to=to, until=until
        )
        about = {"by": who.id, "verb": verb.value, "talk": talk.id, "to": to, "until": _moment(until)}
        self.world.note("pressed", **about, posts=shown, done=outcome.done, why=outcome.why)
        return outcome.done

    def _shown(self, conversation: str) -> list[str]:
        """What a message of it tells of at present: a press speaks of that, and of nothing unread."""
        with self.office.store.read(self._home) as tx:
            known = tx.threads.these([conversation]).get(conversation)
        return sorted(known.standing.uncovered) if known else []

    # ---- what people are told

    def _talk(self, line: Line) -> Talk:
        talk = self.world.talk_of[line.url.rpartition("/")[2]]
        self._seen[talk.id] = (line.conversation, line.wait)
        return talk

    def _read(self, where: str, posted: Posted, screen: Screen) -> None:
        talks = [self._talk(line) for line in screen.lines]
        lines = [_told(screen, talk, line) for talk, line in zip(talks, screen.lines, strict=True)]
        if where == CHANNEL:
            self.world.note("ring", to="channel", what=screen.kind.value, lines=lines, total=screen.total)
            self.crowd.in_channel(
                [talk for talk, line in zip(talks, screen.lines, strict=True) if _is_free(line)]
            )
            return
        who = next(one for one in self.world.team.people if rows.slack_user(one.id) == where)
        self.world.note("ring", to=who.id, what=screen.kind.value, lines=lines)
        kinds = [screen.kind_of(line) for line in screen.lines]
        if screen.kind in (Kind.BLIND, Kind.RETURNED, *SIDE_BY_SIDE):
            self._told_of(who, [*zip(talks, kinds, strict=True)])
        elif screen.kind == Kind.STOPPED:
            self._stopped(who)
        elif screen.kind == Kind.IS_ONE_OF_US:
            self.crowd.press(who, partial(self._recognize, posted, screen))

    def _told_of(self, who: Somebody, told: Sequence[tuple[Talk, Kind]]) -> None:
        """Reminders are minded as such; below them stands what was written back, and what is asked."""
        reminders = [(talk, kind) for talk, kind in told if kind not in (Kind.NEWS, Kind.QUESTION)]
        last = {talk.id for talk, kind in reminders if kind is Kind.LAST_WORD}
        if reminders:
            self.crowd.reminded(who, [talk for talk, _ in reminders], last=last)
        for place, (talk, kind) in enumerate(told):
            if kind is Kind.NEWS:
                self.crowd.news(who, talk, place)
            elif kind is Kind.QUESTION:
                self._asked(who, talk)

    def _asked(self, who: Somebody, talk: Talk) -> None:
        if self.holder(talk) == who.id:
            self.crowd.given(who, talk)
            return
        world, reminded = self.world, self.world.behaviour["reminded"]
        self.crowd.times[who.id, talk.id] += 1
        about = (who.id, talk.id, talk.waits, self.crowd.times[who.id, talk.id])
        said = world.chance.share("asked", *about)
        at = who.worked(world.now, world.chance.hours(reminded["yes_after"], 1.0, "yes after", *about))
        names = {Verb.YES: "yes", Verb.NOT_ME: "not_me", Verb.NOT_NOW: "not_now"}
        if who.temper == "deaf":
            return
        for verb, name in names.items():
            if said < reminded[name]:
                self.crowd.press(who, partial(self._replies, who, talk, verb), at)
                return
            said -= reminded[name]

    def _replies(self, who: Somebody, talk: Talk, verb: Verb) -> None:
        if not talk.waiting:
            self._press(who, talk, Verb.ALREADY)
        elif self._press(who, talk, verb) and verb == Verb.YES:
            self.crowd.took(who, talk)

    def _stopped(self, who: Somebody) -> None:
        if self.world.draw("reminded", "resumes", who.id, self.world.now.date()) and who.temper != "deaf":
            self.crowd.press(who, partial(self._resume, who))

    def _resume(self, who: Somebody) -> None:
        self._pressed = True
        self.office.people.resume(self._home, who.id)

    def _recognize(self, posted: Posted, screen: Screen) -> None:
        """The lead says whose account it is."""
        self._pressed = True
        with self.office.store.read(self._home) as tx:
            message = tx.messages.at(posted.channel, posted.ts)
        name = screen.news.author.handle.strip("@2") if screen.news else None
        linked = self.office.people.recognize(self._home, message, name) if message else None
        if linked:
            self.world.note("linked", by=name, network=linked.network)


def _up(at: datetime | None, step: timedelta) -> datetime:
    """The next full step from then on."""
    if at is None:
        return datetime.max.replace(tzinfo=UTC)
    past = (at - datetime.min.replace(tzinfo=UTC)) % step
    return at + step - past if past else at


def _is_free(line: Line) -> bool:
    return not line.standing.is_with_somebody


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _told(screen: Screen, talk: Talk, line: Line) -> dict[str, str | None]:
    kind, back = screen.kind_of(line), screen.backs.get(line.conversation)
    return {
        "talk": talk.id,
        "what": kind.value,
        "why": _why(screen, kind, line),
        "blind": _moment(line.blind_since),
        "post": back.post.id if back and back.post else None,
    }


def _why(screen: Screen, kind: Kind, line: Line) -> str:
    """What the message says of why it speaks of this, and to this person."""
    match kind:
        case Kind.QUESTION:
            return f"asked by {screen.asker}" if screen.asker else ""
        case Kind.NUDGE | Kind.LAST_WORD | Kind.BLIND | Kind.RETURNED:
            return f"waits, {line.holder_name} has it" if line.holder_name else ""
        case Kind.NEWS:
            return "wrote back"
        case Kind.DIGEST:
            whys = [
                *line.reasons,
                "new" * line.new_to_us,
                "asks" * line.asks_something,
                "free" * _is_free(line),
            ]
            return ", ".join(filter(None, whys))
        case _:
            return kind.value
