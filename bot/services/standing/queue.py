"""`/engage`: what waits on a person, what they were asked, and what nobody has."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.domain.covering import asks
from bot.domain.digest import has_waited_long
from bot.domain.model import Conversation, Line, Post, Status
from bot.domain.ports import Clock, Networks, Store, Tx
from bot.domain.screens import QueueScreen
from bot.services.standing.lines import make_lines, own_posts
from bot.services.standing.sight import blind_networks, labelled, may_see

LIMIT = 15
UNOWNED_AT_MOST = 500
"""How many waiting ones are read to find those that nobody has."""


@dataclass(frozen=True, slots=True)
class Queue:
    """Who waits, for one person or for the team."""

    store: Store
    networks: Networks
    clock: Clock

    def of(self, workspace: str, teammate: str, limit: int = LIMIT) -> QueueScreen:
        """Theirs first, then what they were asked, then what nobody has: `limit` lines altogether."""
        now = self.clock()
        with self.store.read(workspace) as tx:
            ours = tx.people.handles()
            theirs = [one for one in tx.threads.concerning(teammate) if may_see(tx, one, teammate, ours)]
            mine = [one for one in theirs if one.standing.holder == teammate]
            mine.sort(key=lambda one: one.standing.status != Status.OPEN)
            asked = [one for one in theirs if one.standing.asked == teammate and one not in mine]
            free = self._unowned(tx, teammate)
            total = len(mine) + len(asked) + len(free)
            shown = [one.id for one in (*mine, *asked, *free)][:limit]
            lines = {line.conversation: line for line in self._lines(tx, shown, teammate)}
            blind = labelled(self.networks, blind_networks(tx.sources.sources()).items())
        return QueueScreen(
            mine=_pick(lines, mine),
            asked=_pick(lines, asked),
            unowned=_pick(lines, free),
            more=total - len(shown),
            as_of=now,
            blind=blind,
        )

    def lines(self, workspace: str, conversations: Collection[str], viewer: str | None) -> list[Line]:
        """These conversations as `viewer` may see them; None is a shared message."""
        with self.store.read(workspace) as tx:
            return self._lines(tx, conversations, viewer)

    def questions(self, workspace: str, conversation: str) -> list[Post]:
        """What waits there and asks something, oldest first: for a conversation of many, openly read."""
        with self.store.read(workspace) as tx:
            known = tx.threads.of([conversation])
        found = known.conversations.get(conversation)
        if found is None or found.standing.private:
            return []
        posts = (placed.post for placed in own_posts(found, known))
        return [post for post in posts if post.id in found.standing.uncovered and asks(post.text)]

    def long_waiting(self, workspace: str, teammate: str, limit: int) -> list[Line]:
        """What nobody has and what waits for more than three weeks, longest first, as this one may see it."""
        now = self.clock()
        with self.store.read(workspace) as tx:
            ids = [one.id for one in tx.threads.waiting() if has_waited_long(one.standing, now)]
            return self._lines(tx, ids[:limit], teammate)

    def all_waiting(self, workspace: str, limit: int) -> list[Line]:
        """Whoever waits, longest first, without private ones."""
        with self.store.read(workspace) as tx:
            ids = [one.id for one in tx.threads.waiting(limit=limit)]
            return self._lines(tx, ids, None)

    def _unowned(self, tx: Tx, teammate: str) -> list[Conversation]:
        ours = tx.people.handles()
        return [
            one
            for one in tx.threads.waiting(limit=UNOWNED_AT_MOST)
            if one.standing.holder is None and one.standing.asked is None and may_see(tx, one, teammate, ours)
        ]

    def _lines(self, tx: Tx, conversations: Collection[str], viewer: str | None) -> list[Line]:
        return make_lines(tx, self.networks, conversations, viewer=viewer)


def _pick(lines: dict[str, Line], conversations: Sequence[Conversation]) -> tuple[Line, ...]:
    return tuple(lines[one.id] for one in conversations if one.id in lines)
