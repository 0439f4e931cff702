"""The one mechanism after any new fact: stand every conversation anew, and write what changed.

    restand(tx, known, News(posts=..., conversations=..., presses=...), on=on(networks, now, face))

Conversations are saved by compare-and-swap; when another changed one meanwhile, `Changed` is raised: the
transaction must be rolled back and done again from what is stored then (`again` does that).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

from bot.domain.lifecycle import stand
from bot.domain.model import Conversation, Evidence, Facts, Lane, Press, Standing, Status
from bot.domain.ports import Changes, Job, Known, Move, Networks, Placed, Tx
from bot.services.standing.sight import owner_of

FIRST_LOOK = timedelta(minutes=2)
TRIES = 5
T = TypeVar("T")


class Changed(Exception):
    """A conversation was changed by another meanwhile; nothing of this transaction may stay."""


@dataclass(frozen=True, slots=True)
class News:
    """New facts beside what is stored: posts by id, new conversations by id, one press a conversation.

    `moved` are stored conversations whose thread turned out to have another root.
    """

    posts: Mapping[str, Placed] = field(default_factory=dict)
    conversations: Mapping[str, Conversation] = field(default_factory=dict)
    moved: Mapping[str, Conversation] = field(default_factory=dict)
    presses: Mapping[str, Press] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class On:
    """When and through which face the facts came; `changeable` are networks without immutable ids, `pointing`
    those whose posts point to what they answer, `carrying` those where replies name by themselves whom that
    named."""

    now: datetime
    face: str
    changeable: frozenset[str] = frozenset()
    pointing: frozenset[str] = frozenset()
    carrying: frozenset[str] = frozenset()


def on(networks: Networks, now: datetime, face: str) -> On:
    """The occasion, with what the connectors declare."""
    facts = {name: one.facts for name, one in networks.connectors().items()}
    changeable = frozenset(name for name, one in facts.items() if not one.immutable_ids)
    pointing = frozenset(name for name, one in facts.items() if one.parent_pointers)
    carrying = frozenset(name for name, one in facts.items() if one.carries_names)
    return On(now, face, changeable, pointing, carrying)


def again(work: Callable[[], T]) -> T:
    """Do a transaction, and do it again when another changed the same conversation meanwhile."""
    for _ in range(TRIES - 1):
        try:
            return work()
        except Changed:
            continue
    return work()


def facts_of(
    conversation: Conversation,
    known: Known,
    on: On | None = None,
    said: Collection[Placed] = (),
) -> Facts:
    """All that is known of one conversation; `said` is what we said elsewhere, of which repeats count."""
    place = (conversation.network, conversation.root)
    thread = [placed for placed in known.posts.values() if (placed.post.network, placed.root) == place]
    ours = {placed.wording for placed in thread if placed.wording}
    # They stand for themselves: nothing of theirs is above or below, so they answer nothing here.
    alike = {
        replace(one.post, parent=None, order=None, refs=())
        for one in said
        if one.wording in ours and one.post.network == conversation.network and one.root != conversation.root
    }
    return Facts(
        network=conversation.network,
        them=conversation.author,
        posts=frozenset(alike | {placed.post for placed in thread}),
        mentions=tuple(
            sorted((p.post.id, p.lane) for p in thread if p.conversation == conversation.id and p.lane)
        ),
        ours=known.ours,
        presses=known.presses.get(conversation.id, frozenset()),
        maybe_at_most=on is not None and conversation.network in on.changeable,
        pointing=on is not None and conversation.network in on.pointing,
        numbers=conversation.standing.numbers,
    )


def with_news(known: Known, news: News) -> Known:
    """What will be known when the news are stored."""
    presses = dict(known.presses)
    for conversation, press in news.presses.items():
        presses[conversation] = presses.get(conversation, frozenset()) | {press}
    return Known(
        posts={**known.posts, **news.posts},
        conversations={**known.conversations, **news.moved, **news.conversations},
        presses=presses,
        ours=known.ours,
        said=known.said,
    )


def restand(tx: Tx, known: Known, news: News, *, on: On) -> Mapping[str, Conversation]:
    """Stand all conversations of `known` and `news` anew, and write the news with what they changed.

    Gives every conversation as it stands now, by id. Raises Changed.
    """
    whole = with_news(known, news)
    said = _said(whole)
    stood = {
        id: _stood(one, stand(facts_of(one, whole, on, said), on.now))
        for id, one in whole.conversations.items()
    }
    new = news.conversations
    changed = [
        replace(one, revision=one.revision if id in new else one.revision + 1)
        for id, one in stood.items()
        if id in {**new, **news.presses, **news.moved} or one.standing != whole.conversations[id].standing
    ]
    moves = [
        move
        for one in changed
        for move in _moves(one, None if one.id in new else whole.conversations[one.id], news, on)
    ]
    if not (news.posts or changed):
        return stood
    changes = Changes(
        posts=list(news.posts.values()),
        conversations=changed,
        evidence={one.id: evidence_of(one.standing) for one in changed},
        moves=moves,
    )
    if not tx.threads.save(changes, at=on.now):
        raise Changed
    _follow(tx, changed, known.conversations, on.now)
    return {**stood, **{one.id: one for one in changed}}


def _stood(one: Conversation, now: Standing) -> Conversation:
    """A look tells nothing of what came after it, nor of people it did not look for."""
    was = one.standing
    people = {now.holder, now.asked} - {was.holder, was.asked, None}
    told = not (people or now.uncovered - was.uncovered)
    if told:
        return replace(one, standing=now)
    return replace(one, standing=now, looked_at=None, unseen_since=None, tried_at=None)


def _said(known: Known) -> Collection[Placed]:
    """What we said here, and the same words of ours elsewhere; each post as it is known now."""
    ours = [placed for placed in known.posts.values() if placed.wording]
    return {(one.post.network, one.post.id): one for one in (*known.said, *ours)}.values()


def evidence_of(standing: Standing) -> tuple[Evidence, ...]:
    """What answered, and what may have."""
    return standing.evidence + standing.maybes


def state(standing: Standing) -> str:
    """A standing as the journal writes it down, by words and ids only."""
    parts = [standing.status.value, str(standing.wait)]
    parts += [standing.reason.value] if standing.reason else []
    parts += [f"held by {standing.holder}"] if standing.holder else []
    parts += [f"asked {standing.asked}"] if standing.asked else []
    return " ".join(parts)


def _moves(after: Conversation, before: Conversation | None, news: News, on: On) -> Iterator[Move]:
    """The journal's lines for one change; each starts from where the one before it ended."""
    was, now = state(before.standing) if before else "", state(after.standing)
    press = news.presses.get(after.id)
    if press is None and was == now:
        return
    yield Move(
        conversation=after.id,
        verb=press.verb.value if press else _happened(after.standing, before),
        wait=press.wait if press else after.standing.wait,
        by=press.by if press else "",
        at=press.at if press else on.now,
        face=on.face,
        before=was,
        after=now,
        press=press,
    )


def _happened(now: Standing, before: Conversation | None) -> str:
    """What the bot saw happen, in a word or two."""
    was = before.standing if before else None
    if now.status == Status.OPEN:
        known = {back.post for back in was.write_backs} if was else set()
        wrote_back = any(back.post in now.uncovered - known for back in now.write_backs)
        return "wrote back" if wrote_back else "opened"
    if now.status == Status.CLOSED:
        return now.reason.value if now.reason else "noted"
    return now.status.value


def _follow(tx: Tx, changed: list[Conversation], before: Mapping[str, Conversation], now: datetime) -> None:
    """Draw the copies anew, see to the people concerned, and plan the next looks and wake-ups."""
    old = [one.id for one in changed if one.id in before]
    if old:
        tx.messages.touch(old)
    for person in sorted({who for one in changed for who in _concerned(tx, one, before.get(one.id))}):
        tx.agenda.plan(Job.SEE, person, now)
    for network in sorted({one.network for one in changed if one.standing.lane == Lane.TO_US}):
        tx.agenda.plan(Job.LOOK, network, now + FIRST_LOOK)
    if any(_is_new(one, before.get(one.id)) for one in changed) and tx.choices.all().rules:
        tx.agenda.plan(Job.RULES, "", now)
    wakes = [one.standing.wake_at for one in changed if one.standing.wake_at]
    if wakes:
        tx.agenda.plan(Job.WAKE, "", min(wakes))


def _is_new(after: Conversation, before: Conversation | None) -> bool:
    """Whether a wait begins that nobody has."""
    now, was = after.standing, before.standing if before else None
    begins = was is None or was.status != Status.OPEN or was.wait != now.wait
    return now.status == Status.OPEN and begins and not now.is_with_somebody


def _concerned(tx: Tx, after: Conversation, before: Conversation | None) -> Iterator[str]:
    """Who should be seen to: the one asked, the holder, those whose replies were answered, and the owner of
    what is private."""
    was = before.standing if before else None
    now = after.standing
    for person in (now.asked, now.holder):
        if person:
            yield person
    owner = owner_of(tx, after, tx.people.handles()) if now.private and now.status == Status.OPEN else None
    if owner:
        yield owner
    known = {back.post for back in was.open_backs} if was else set()
    for back in now.open_backs:
        if back.post not in known and back.by:
            yield back.by
