"""One Source with what is needed to read it a step forward."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.connector import Ask, Fetcher, Page, Query, Reader, Round, Thread
from bot.domain.covering import by_account, ours_at
from bot.domain.model import Health, Lane, Post, Source, Strength
from bot.domain.ports import Known
from bot.domain.threads import is_top
from bot.services.collecting.placing import Read

SWEPT_EVERY = timedelta(days=1)
FIRST_PAGES = 25


@dataclass(frozen=True, slots=True)
class Step:
    """One Source with what is needed to read it; `awaited` where any post of ours may be the answer.

    `within` is the round that it is read in, if others may be told the same.
    """

    source: Source
    connector: Fetcher
    door: Reader
    lane: Lane | None
    query: Query
    lost: bool
    awaited: bool
    within: Round | None = None

    def fetch(self, cursor: str, since: datetime) -> Page:
        """One page after the cursor."""
        one = self.source
        ask = Ask(one.endpoint, one.kind, one.query, cursor, since, one.account)
        page = self.connector.fetch(ask, self.door)
        self._keep_to_us(page.posts)
        return page

    def thread(self, post: Post) -> Thread:
        """The thread that a post stands in. Raises the errors of reading."""
        thread = self.connector.thread(self.source.endpoint, post, self.door)
        self._keep_to_us(thread.posts)
        return thread

    def _keep_to_us(self, posts: Iterable[Post]) -> None:
        """Where something is not for all to see, others ask by themselves what they may see."""
        if self.within and any(post.visibility.is_private for post in posts):
            self.within.answers.clear()

    def brings(self, other: Source, now: datetime) -> bool:
        """Whether one that fetches the same is read along with this one: it stands at the same place, or the
        network would not mind. What was never read begins by itself."""
        if other.is_new or (other.blocked_until and other.blocked_until > now):
            return False
        if other.cursor == self.source.cursor or other.last_try is None:
            return True
        return now - other.last_try >= self.connector.facts.floor

    def is_due_for_a_sweep(self, now: datetime) -> bool:
        """Once a day, while it is well; not where each post that is read costs money."""
        blocked = self.source.blocked_until is not None and self.source.blocked_until > now
        if blocked or self.source.health != Health.WELL or self.source.is_new or self.connector.facts.prices:
            return False
        return self.source.swept_at is None or now - self.source.swept_at >= SWEPT_EVERY

    def read_of(self, matched: Sequence[Post], around: Sequence[Post], since: datetime | None) -> Read:
        """What was read of it; what began before `since` is history."""
        return Read(
            network=self.source.network,
            endpoint=self.source.endpoint,
            matched=tuple(matched),
            around=tuple(around),
            lane=self.lane or self.query.lane,
            source=self.source.id,
            account=self.source.account,
            since=since,
        )

    def all_of_the_first(self, page: Page, since: datetime) -> Page:
        """The first reading as one page, the newest last: only of all together can be said which are the
        latest. It takes at most half of what the network allows in one window."""
        for _ in range(min(FIRST_PAGES, self.connector.facts.requests // 2) - 1):
            if not page.more:
                break
            following = self.fetch(page.cursor, since)
            page = replace(
                following,
                posts=page.posts + following.posts,
                broken=page.broken + following.broken,
                around=page.around + following.around,
            )
        return page

    def needs_a_look(self, post: Post, others: Collection[Post], known: Known) -> bool:
        """Whether a post can only be judged in its thread: what it answers is not known; or, at the first
        poll, it may have been answered long ago."""
        stored = known.posts.get(post.id)
        if (stored and stored.lane) or ours_at(post, by_account(known.ours)):
            return False
        if self.source.is_new and self.connector.facts.answers != Strength.NEVER:
            return post.id not in {one.id for one in others if one is not post} or _unmet(post, others, known)
        return _unmet(post, others, known) or (self.lane is None and _is_alone(post, others, known))


def _unmet(post: Post, others: Collection[Post], known: Known) -> bool:
    """Whether it answers a post that is neither stored nor read."""
    if post.parent is None or known.by_ref(post.parent):
        return False
    return not any(post.parent in (one.id, *one.refs) for one in others)


def _is_alone(post: Post, others: Collection[Post], known: Known) -> bool:
    """Whether only its thread's order can tell whom it answers, and nothing of that thread is known."""
    names_us = any((post.network, name) in by_account(known.ours) for name in post.names)
    if post.order is None or post.parent or is_top(post) or names_us:
        return False
    kin = (one for one in (*others, *(placed.post for placed in known.posts.values())) if one.id != post.id)
    return not any(post.root in (one.root, one.id, *one.refs) for one in kin)
