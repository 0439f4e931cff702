"""What each message shows, from the present state: for the first sending and for every redraw."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypedDict

from bot.domain.digest import has_waited_long, is_first_of_month, is_first_of_week
from bot.domain.measures import Measures
from bot.domain.model import Conversation, Health, Lane, Line, Reason, Teammate, Verb, WriteBack
from bot.domain.nudging import Step
from bot.domain.ports import Clock, Known, Message, Networks, Store, Tx
from bot.domain.routing import Suggestion
from bot.domain.screens import Back, Kind, Screen
from bot.domain.waits import RESTS_AFTER
from bot.services.collecting.pulse import Hushed, hushed
from bot.services.measuring.measures import measured
from bot.services.standing.likely import likely
from bot.services.standing.lines import home_of, make_lines, people_of
from bot.services.standing.places import policies_for
from bot.services.standing.sight import Blind, blind_networks, labelled, unseen_talks
from bot.services.telling.asides import aside_screen
from bot.services.telling.rings import ASIDES, key_of, told_as
from bot.services.telling.together import SIDE_BY_SIDE

WEEK = timedelta(days=7)
WITHOUT_US = (Verb.COMMUNITY.value, Reason.ENDED.value, Reason.WITHDRAWN.value)
"""What the journal says where a conversation was settled, and by none of us."""
LINE = "line"
"""The step of a conversation that a digest shows as a line; the others of that day are only counted."""


class Places(TypedDict):
    """What every summary says about where was looked."""

    places: int
    blind: Blind
    unseen: tuple[tuple[str, int, datetime], ...]
    hushed: Hushed


@dataclass(frozen=True, slots=True)
class Screens:
    """Builds the screen of a message; nothing of the past is kept but what the message's row says."""

    store: Store
    networks: Networks
    clock: Clock

    def of(self, workspace: str, message: Message) -> Screen:
        """The screen of this message now."""
        with self.store.read(workspace) as tx:
            return self.build(tx, message)

    def build(self, tx: Tx, message: Message) -> Screen:
        """The same within a transaction that stands already."""
        kinds: dict[Kind, Callable[[Tx, Message, Screen], Screen]] = {
            Kind.DIGEST: self._digest,
            Kind.QUIET: self._quiet,
            **dict.fromkeys(SIDE_BY_SIDE, self._side_by_side),
            Kind.KINDLY: self._question,
            Kind.RETURNED: self._returned,
            Kind.OWN_DIGEST: self._returned,
            **dict.fromkeys(ASIDES, self._aside),
        }
        to = tx.people.teammate(message.person) if message.person else None
        lines = self._lines(tx, message)
        screen = Screen(
            kind=message.kind,
            lines=lines,
            live=message.live,
            to=to,
            as_of=message.created_at or self.clock(),
            note=message.note,
            total=message.total if message.kind == Kind.DIGEST else 0,
            days=message.days or ((message.day,) if message.day else ()),
            reply_as=self._reply_as(tx, next(iter(lines), None), to),
        )
        made = kinds.get(message.kind, _as_it_is)(tx, message, screen)
        # A question knows for ever that it was the first; of others only the first sending says so.
        return replace(made, first=True) if to and not to.met else made

    def _lines(self, tx: Tx, message: Message) -> tuple[Line, ...]:
        digest = message.kind in (Kind.DIGEST, Kind.QUIET)
        shown = [one.conversation for one in message.shows if not digest or one.step == LINE]
        viewer = None if digest else message.person
        return tuple(make_lines(tx, self.networks, shown, viewer=viewer))

    def _reply_as(self, tx: Tx, line: Line | None, to: Teammate | None) -> str | None:
        """The handle that the person would reply from where that line stands."""
        handle = home_of(tx.people.handles(), line.network, to.id) if line and to else None
        return handle.name if handle else None

    def _digest(self, tx: Tx, message: Message, screen: Screen) -> Screen:
        if not message.live:
            return self._receipt(tx, message, screen)
        shown = tx.threads.these([one.conversation for one in message.shows])
        waiting = [one for one in shown.values() if one.standing.is_waiting]
        return replace(
            screen,
            thanked=sum(one.standing.is_news and not one.standing.private for one in tx.threads.waiting()),
            settled=len(shown) - len(waiting),
            people=screen.total + _more_people(tx, waiting),
            without_us=tx.journal.count(WITHOUT_US, *self._since_the_last(tx, message)),
            long_waiting=self._long_waiting(tx, message),
            week=self._week(tx, message),
            lines=explained(tx, screen.lines, self.clock()),
            about_us=self._resting(tx, message, Lane.ABOUT_US),
            in_the_room=self._resting(tx, message, Lane.IN_THE_ROOM),
            **self._places(tx, message),
        )

    def _resting(self, tx: Tx, message: Message, lane: Lane) -> int:
        """What came since the digest before this one and waits for nobody, from a week at the most."""
        return tx.threads.resting(lane, *self._since_the_last(tx, message))

    def _week(self, tx: Tx, message: Message) -> Measures | None:
        """What became of those who spoke to us, in the first digest of a week."""
        former = tx.messages.last_digest(message.where, message.day) if message.day else None
        if message.day is None or not is_first_of_week(message.day, former.day if former else None):
            return None
        return measured(tx, WEEK, message.created_at or self.clock())

    def _long_waiting(self, tx: Tx, message: Message) -> int:
        """How many have waited for long, in the first digest of a month."""
        former = tx.messages.last_digest(message.where, message.day) if message.day else None
        if message.day is None or not is_first_of_month(message.day, former.day if former else None):
            return 0
        now = self.clock()
        return sum(has_waited_long(one.standing, now) for one in tx.threads.waiting())

    def _since_the_last(self, tx: Tx, message: Message) -> tuple[datetime, datetime]:
        until = message.created_at or self.clock()
        former = tx.messages.last_digest(message.where, message.day) if message.day else None
        since = former.created_at if former and former.created_at else until - RESTS_AFTER
        return max(since, until - RESTS_AFTER), until

    def _receipt(self, tx: Tx, message: Message, screen: Screen) -> Screen:
        posted = message.sent_at or screen.as_of or self.clock()
        shown = tx.threads.these([one.conversation for one in message.shows]).values()
        answered = [one for one in shown if _answered_since(one, posted)]
        waiting = [one for one in shown if one.standing.is_waiting]
        carried = [one for one in waiting if one not in answered]
        return replace(screen, lines=(), answered=len(answered), carried=len(carried))

    def _places(self, tx: Tx, message: Message) -> Places:
        sources = [one for one in tx.sources.sources() if one.health != Health.PAUSED]
        blind = blind_networks(sources)
        places = {(one.network, one.endpoint) for one in sources}
        return {
            "places": len(places),
            "blind": labelled(self.networks, blind.items()),
            "unseen": unseen_talks(self.networks, tx.threads.waiting(), blind),
            "hushed": hushed(tx, self.networks, *self._since_the_last(tx, message)),
        }

    def _quiet(self, tx: Tx, message: Message, screen: Screen) -> Screen:
        until = screen.as_of or self.clock()
        return replace(
            screen,
            week=measured(tx, WEEK, until),
            looks=tx.journal.looks(until - WEEK),
            **self._places(tx, message),
        )

    def _side_by_side(self, tx: Tx, message: Message, screen: Screen) -> Screen:
        """Reminders, last words, what was written back, and what a colleague asks."""
        steps = {one.conversation: one.step for one in message.shows}
        told = {id: told_as(step) for id, step in steps.items()}
        reminds = [one for one in screen.lines if told[one.conversation] is Kind.NUDGE]
        if screen.to:
            spoken = {one.conversation: spoken_of(tx, one, screen.to) for one in reminds}
            lines = (spoken.get(one.conversation, one) for one in screen.lines)
            screen = replace(screen, lines=tuple(lines))
        screen = replace(screen, told_as=told, backs=_backs(tx, message))
        if Kind.QUESTION in told.values():
            screen = self._question(tx, message, screen)
        if not (reminds and screen.to):
            return screen
        return self._numbered(tx, screen, reminds[0], screen.to, steps[reminds[0].conversation])

    def _numbered(self, tx: Tx, screen: Screen, first: Line, to: Teammate, step: str) -> Screen:
        """Which of how many reminders it is, and whose replies were looked for, by the first of them."""
        ours = [one for one in tx.people.handles() if one.network == first.network]
        policy = policies_for(tx, tx.choices.all(), [first.conversation], to.id)[first.conversation]
        ladder = [each.value for each in policy.ladder if each != Step.LAST_WORD]
        return replace(
            screen,
            step=ladder.index(step) + 1 if step in ladder else 0,
            steps=len(ladder),
            looked_for=tuple(one.name for one in ours if one.teammate is None and one.until is None),
        )

    def _question(self, tx: Tx, message: Message, screen: Screen) -> Screen:
        asker = tx.people.teammate(message.by) if message.by else None
        name = asker.name if asker else None
        by_rule = message.by == ""
        new = bool(screen.to) and _is_first(tx, message)
        note = tx.threads.notes([message.press]).get(message.press) if message.press else None
        screen = replace(screen, asker=name, first=new, brought_by=name if new else None)
        return replace(screen, rule=note) if by_rule else replace(screen, note=note)

    def _returned(self, tx: Tx, message: Message, screen: Screen) -> Screen:
        return replace(screen, total=message.total)

    def _aside(self, tx: Tx, message: Message, screen: Screen) -> Screen:
        return aside_screen(tx, self.networks, message, screen)


def _as_it_is(_tx: Tx, _message: Message, screen: Screen) -> Screen:
    return screen


def explained(tx: Tx, lines: Sequence[Line], now: datetime) -> tuple[Line, ...]:
    """The lines with the reasons that they do not show by themselves: who waits longest, who could answer."""
    waiting = (one for one in tx.threads.waiting() if one.standing.is_waiting)
    longest = next((one.id for one in waiting if not one.standing.private), None)
    free = [line.conversation for line in lines if not line.standing.holder]
    found = likely(tx, free, now)
    return tuple(
        replace(
            line,
            reasons=(
                *(["Waiting longest."] if line.conversation == longest else []),
                *_first(found.get(line.conversation, ())),
            ),
        )
        for line in lines
    )


def _first(suggested: Sequence[Suggestion]) -> list[str]:
    """The likeliest, if the reason may stand in a shared message."""
    first = suggested[0] if suggested else None
    told = first and first.reason and first.openly
    return [f"{first.teammate.name} {first.reason}."] if first and told else []


def _backs(tx: Tx, message: Message) -> Mapping[str, Back]:
    """By conversation what was written back there, where that is what the message tells."""
    known = tx.threads.of([one.conversation for one in message.shows])
    keys = set(message.shows)
    return {
        one.id: _back(known, one, back)
        for one in known.conversations.values()
        for back in one.standing.write_backs
        if key_of(one, back) in keys
    }


def _back(known: Known, one: Conversation, back: WriteBack) -> Back:
    post, reply = known.post(one.network, back.post), known.post(one.network, back.reply)
    shown = post.post if post and not one.standing.private else None
    return Back(shown, reply.post.created_at if reply else None)


def spoken_of(tx: Tx, line: Line, to: Teammate) -> Line:
    """The line of a reminder with when the two last spoke."""
    spoke = _last_spoke(tx, line)
    if spoke is None or spoke[0] != to.id:
        return line
    return replace(line, reasons=(f"You two last spoke in {spoke[1]:%B %Y}.",))


def _last_spoke(tx: Tx, line: Line) -> tuple[str, datetime] | None:
    known = tx.threads.these([line.conversation]).get(line.conversation)
    author = known.author if known else None
    return tx.threads.last_spoke([author]).get(author) if author else None


def _more_people(tx: Tx, waiting: Sequence[Conversation]) -> int:
    """How many people wait beside the first of each: in a fold alone there is more than one."""
    folds = [one for one in waiting if one.author is None]
    known = tx.threads.of([one.id for one in folds])
    return sum(people_of(one, known) - 1 for one in folds)


def _answered_since(one: Conversation, at: datetime) -> bool:
    return any(
        answer.verified and answer.gone_at is None and answer.at >= at for answer in one.standing.evidence
    )


def _is_first(tx: Tx, message: Message) -> bool:
    return tx.messages.first(message.person or "") in (None, message.id)
