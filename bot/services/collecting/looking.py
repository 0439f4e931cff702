"""One look at one network: what it is about, what it found, and how far that tells of answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import chain

from bot.domain.model import Conversation, Post, Source
from bot.domain.ports import Known
from bot.domain.threads import began
from bot.services.standing.lines import own_posts

NEVER = datetime.min.replace(tzinfo=UTC)
MISSED_AGAIN_WITHIN = timedelta(hours=1)
"""What was missed longer ago tells nothing of the time between: it begins anew."""
NEIGHBOURS = 3
"""How many other posts are asked for, to tell a post that is gone from a server that fails."""
Place = tuple[str | None, str]
"""Through which Source something was read, and on which server."""


@dataclass(frozen=True, slots=True)
class Missed:
    """A post of a conversation that was not there at that time, while another was."""

    post: Post
    conversation: Conversation
    at: datetime


@dataclass(slots=True)
class Look:
    """One look at one network, and what it found.

    `read` has the posts by the Source with whose key they were read, and the server. `own` tells which of our
    accounts' own posts were read to their end, and when; `again` when each of those Sources is read next.
    `whole` has the posts that were seen of each conversation whose thread was read whole; `tried` are those
    that were asked about at all, `first_missed` those with a post that was not missed before.
    """

    workspace: str
    network: str
    start: datetime
    fresh: timedelta
    conversations: Sequence[Conversation]
    known: Known
    sources: Sequence[Source]
    read: defaultdict[Place, list[Post]] = field(default_factory=partial(defaultdict, list))
    there: list[Post] = field(default_factory=list)
    missing: dict[str, Missed] = field(default_factory=dict)
    first_missed: set[str] = field(default_factory=set)
    whole: dict[str, frozenset[str]] = field(default_factory=dict)
    own: dict[str, datetime] = field(default_factory=dict)
    again: dict[str, datetime] = field(default_factory=dict)
    offers_own: bool = False
    tried: list[str] = field(default_factory=list)
    spent: int = 0

    def posts(self) -> Iterator[Post]:
        """All that was read, with whichever key."""
        return chain.from_iterable(self.read.values())


def asked_about(one: Conversation, known: Known) -> list[Post]:
    """The posts to look from, oldest first: those that wait, else all of theirs."""
    posts = [placed.post for placed in own_posts(one, known)]
    return [post for post in posts if post.id in one.standing.uncovered] or posts


def history_before(look: Look) -> datetime | None:
    """What stands in these threads and began before is history, and waits for nobody.

    What somebody wrote below what waits is none, though it was read only later: a Source may have been read
    long after it was written. Nothing from before a Source was first read is anything else.
    """
    read_from = {source.id: source.history_before for source in look.sources}
    times: list[datetime] = []
    for one in look.conversations:
        times += [one.created_at] if one.created_at else []
        for placed in own_posts(one, look.known):
            start = read_from.get(placed.source or "")
            times += [max(start, began(placed.post))] if start else []
    return min(times, default=None)


def tells_from(one: Conversation, look: Look) -> datetime | None:
    """The moment up to which a look at a whole thread tells of answers; None when it does not tell.

    It saw all that waits, and the own posts of whoever has it were read, and of the shared accounts.
    """
    if not one.standing.uncovered <= look.whole[one.id]:
        return None
    accounts = _may_answer(one, look) if look.offers_own else set()
    if not accounts <= set(look.own):
        return None
    return min([look.start, *(look.own[account] for account in accounts)])


def _may_answer(one: Conversation, look: Look) -> set[str]:
    """The accounts from which it is most likely answered: shared ones, and of whoever has it or replied."""
    standing = one.standing
    people = {None, standing.holder, standing.asked, *(back.by for back in standing.write_backs)}
    return {
        handle.author_id
        for handle in look.known.ours
        if handle.network == one.network
        and handle.teammate in people
        and (handle.until is None or handle.until > look.start)
    }


def seen_through(one: Conversation, look: Look) -> list[Source]:
    """The Sources there with whose key it may be read: those that saw it; what is public, with any key."""
    own = own_posts(one, look.known)
    private = [placed for placed in own if placed.post.visibility.is_private] or own
    saw = {placed.source for placed in (private if one.standing.private else own)}
    there = [each for each in look.sources if each.endpoint == one.endpoint]
    others = [] if one.standing.private else [each for each in there if each.credential]
    return [*(each for each in there if each.id in saw), *others]


def is_hidden(look: Look, id: str, source: str | None) -> bool:
    """Whether a post is private and was seen with another key: then that it is not shown tells nothing."""
    placed = look.known.post(look.network, id)
    return placed is not None and placed.post.visibility.is_private and placed.source != source


def neighbours(look: Look, one: Conversation, post: Post) -> list[Post]:
    """Known posts that tell whether the server answers at all: from this thread, else any just read."""
    known = [placed.post for placed in look.known.posts.values() if placed.post.network == one.network]
    found = [each for each in (*known, *look.posts()) if each.id != post.id and each.gone_at is None]
    return sorted(found, key=lambda each: each.id)[:NEIGHBOURS]


def last_look(conversations: Sequence[Conversation]) -> datetime | None:
    """When all of these were last looked at; None when one never was."""
    times = [one.looked_at for one in conversations]
    return min((at for at in times if at), default=None) if all(times) else None


def in_turn(look: Look) -> Sequence[Conversation]:
    """Those whose last look, whole or not, was longest ago come first: where one look is not enough for all,
    each has its turn. Before them come those in which something was missed once, while that counts."""
    lately = look.start - MISSED_AGAIN_WITHIN
    posts = look.known.posts.values()
    missed = {one.root for one in posts if one.missing_since and one.missing_since >= lately}

    def turn(one: Conversation) -> tuple[bool, datetime, str]:
        return one.root not in missed, one.tried_at or one.looked_at or NEVER, one.id

    return sorted(look.conversations, key=turn)
