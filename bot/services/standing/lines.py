"""Conversations as the lines that faces show, with everything on them that a face needs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.connector import fetches
from bot.domain.covering import asks
from bot.domain.model import Conversation, Evidence, Handle, Line, Post, Press, Status, Strength
from bot.domain.ports import Known, Networks, Placed, Tx
from bot.services.standing.sight import blind_networks, can_see_answers, may_see


@dataclass(frozen=True, slots=True)
class Shelf:
    """What lines are made from, read once for a batch."""

    known: Known
    names: Mapping[str, str]
    blind: Mapping[str, datetime | None]
    new: frozenset[str]


def make_lines(
    tx: Tx,
    networks: Networks,
    conversations: Collection[str],
    *,
    viewer: str | None,
) -> list[Line]:
    """The lines in the order asked for; `viewer` None is a shared message, without private ones.

    Conversations that are unknown, or whose words were erased with their post, are left out. Private words
    are not shown in Slack at all: they are read where they stand.
    """
    known = tx.threads.of(conversations)
    seen = [known.conversations[id] for id in conversations if id in known.conversations]
    seen = [one for one in seen if may_see(tx, one, viewer, known.ours)]
    shelf = Shelf(
        known=known,
        names={one.id: one.name for one in tx.people.teammates()},
        blind=blind_networks(tx.sources.sources()),
        new=_new(tx, seen),
    )
    return [line for one in seen if (line := _line(networks, shelf, one, viewer))]


def _new(tx: Tx, conversations: Sequence[Conversation]) -> frozenset[str]:
    """Those of whose person nothing is known from before their wait."""
    first = tx.threads.first_spoke({one.author for one in conversations if one.author})
    began = ((one, one.standing.waiting_since or one.created_at) for one in conversations if one.author)
    return frozenset(one.id for one, since in began if since and first.get(one.author or "", since) >= since)


def own_posts(conversation: Conversation, known: Known) -> list[Placed]:
    """The posts of this conversation's mentions and of what its person went on to say, oldest first."""
    waiting = (known.post(conversation.network, id) for id in conversation.standing.uncovered)
    found = (*known.placed.get(conversation.id, ()), *filter(None, waiting))
    own = {placed.post.id: placed for placed in found if placed.post.network == conversation.network}
    return sorted(own.values(), key=lambda placed: (placed.post.created_at, placed.post.id))


def people_of(conversation: Conversation, known: Known) -> int:
    """How many people wait there, or, where nobody does, have spoken: more than one in a fold alone."""
    posts = [placed.post for placed in own_posts(conversation, known)]
    waiting = [post for post in posts if post.id in conversation.standing.uncovered] or posts
    return len({post.author.id for post in waiting}) or 1


def shown_post(conversation: Conversation, known: Known) -> Post | None:
    """The words that stand for a conversation: the latest question that waits, else the latest word."""
    posts = [placed.post for placed in own_posts(conversation, known)]
    waiting = [post for post in posts if post.id in conversation.standing.uncovered] or posts
    asking = [post for post in waiting if asks(post.text)]
    return next(iter(reversed(asking or waiting)), None)


def home_of(ours: Collection[Handle], network: str, teammate: str | None) -> Handle | None:
    """The teammate's own handle there, through whose server they reply."""
    theirs = (one for one in ours if (one.network, one.teammate) == (network, teammate))
    return next((one for one in theirs if one.until is None), None)


def _line(networks: Networks, shelf: Shelf, one: Conversation, viewer: str | None) -> Line | None:
    post = shown_post(one, shelf.known)
    connector = networks.connectors().get(one.network)
    if post is None or connector is None:
        return None
    standing, ours = one.standing, shelf.known.ours
    home = home_of(ours, one.network, viewer) if viewer else None
    answer = _answer(standing.evidence)
    waiting = [p.post for p in own_posts(one, shelf.known) if p.post.id in standing.uncovered]
    return Line(
        conversation=one.id,
        wait=standing.wait,
        network=one.network,
        label=connector.facts.label,
        standing=standing,
        name=post.author.name or post.author.handle,
        handle=post.author.handle,
        url=connector.reply_link(post, home.home) if home and fetches(connector) else post.url,
        text="" if standing.private else post.text,
        warning=None if standing.private else post.warning,
        language=post.language,
        holder_name=shelf.names.get(standing.holder or ""),
        asked_name=shelf.names.get(standing.asked or ""),
        answered_name=shelf.names.get(answer.by or "") if answer else None,
        answered_url=answer.url if answer else None,
        blind_since=shelf.blind.get(one.network) or one.unseen_since,
        can_see_answers=can_see_answers(networks, one.network, ours, standing.holder),
        # Of whoever has no handle nobody knows whether they were here before.
        new_to_us=bool(post.author.handle) and one.id in shelf.new,
        asks_something=any(asks(each.text) for each in waiting),
        people=people_of(one, shelf.known),
        undoable=_undoable(one, shelf.known),
    )


def _undoable(one: Conversation, known: Known) -> Press | None:
    """The last press; what was answered since was not done by it, so nothing is left to take back."""
    if one.standing.status == Status.ANSWERED:
        return None
    presses = known.presses.get(one.id, frozenset())
    return next((press for press in presses if press.id == one.standing.last_press), None)


def _answer(evidence: Sequence[Evidence]) -> Evidence | None:
    """The latest answer that stands; one that was seen goes before one that was told."""
    standing = [one for one in evidence if one.gone_at is None and one.strength == Strength.STRONG]
    return max(standing, key=lambda one: (one.verified, one.at), default=None)
