"""Federation: what is done on one server reaches another a while later, or never."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.sandbox.log import Ground

if TYPE_CHECKING:
    from bot.sandbox.network.state import Account, Networks, Post


@dataclass(slots=True)
class _Known:
    """What one server has of the others: copies, and replies to what is not there, by the id at home."""

    copies: dict[str, Post] = field(default_factory=dict)
    awaited: defaultdict[str, list[Post]] = field(default_factory=lambda: defaultdict(list))
    taken_back: set[str] = field(default_factory=set)


class Federation:
    """The servers of one world, and what is under way between them.

    delay: what is sent from now on takes so long by the world's clock; None: it never arrives.
    Nothing arrives by itself: call deliver() before anything is read or written, with the lock held.
    """

    def __init__(self, ground: Ground) -> None:
        self.delay: timedelta | None = timedelta(minutes=5)
        self._ground = ground
        self._known: dict[Networks, _Known] = {}
        self._under_way: list[tuple[datetime, Callable[[], object]]] = []
        self._arriving: datetime | None = None

    def join(self, server: Networks) -> int:
        """One more server; gives its number, 0 for the first."""
        self._known[server] = _Known()
        return len(self._known) - 1

    def now(self) -> datetime:
        """The world's time, and while something is delivered the time at which it came."""
        return self._arriving or self._ground.world.now()

    def introduce(self, home: Networks, account: Account) -> None:
        """Somebody new at home is known by name to the other servers, which would ask when it is named."""
        acct = account.acct if "@" in account.acct else f"{account.acct}@{home.domain}"
        for server in self._others(home):
            facts = {"bot": account.bot, "home": home, "at_home": account.id}
            server.add_account(acct, account.name, account.network, **facts)

    def publish(self, home: Networks, post: Post) -> None:
        """Send it to the servers of those whom it names or answers, who answered it, or follow its author."""
        for server in self._others(home):
            if self._concerns(server, home, post):
                self._later(partial(self._arrive, server, home, _as_it_is(post)))

    def changed(self, home: Networks, post: Post) -> None:
        """An edit goes where the post goes, and to whom it newly names; what was fetched stays as it was."""
        for server in self._others(home):
            if self._concerns(server, home, post):
                self._later(partial(self._edit, server, home, _as_it_is(post)))

    def deleted(self, home: Networks, post: Post) -> None:
        """A deletion goes the same way; where it overtakes the post, that is not taken any more."""
        for server in self._others(home):
            if self._concerns(server, home, post):
                self._later(partial(self._delete, server, post.id))

    def fetch(self, server: Networks, id: str) -> Post | None:
        """Ask home for a post now, as a server does for an address that somebody types into its search."""
        if self.copy(server, id) is None:
            for home in self._others(server):
                post = home.posts.get(id)
                if post and not (post.at_home or post.deleted) and post.visibility in ("public", "unlisted"):
                    self._arrive(server, home, _as_it_is(post))
        return self.copy(server, id)

    def copy(self, server: Networks, id: str) -> Post | None:
        """The post with that id at home as the server has it by now."""
        return self._known[server].copies.get(id)

    def deliver(self) -> None:
        """Let arrive what is due by now, in the order in which it comes."""
        while due := [each for each in self._under_way if each[0] <= self._ground.world.now()]:
            first = min(due, key=lambda each: each[0])
            self._under_way.remove(first)
            with self._as_of(first[0]):
                first[1]()

    @contextmanager
    def _as_of(self, moment: datetime) -> Iterator[None]:
        self._arriving = moment
        try:
            yield
        finally:
            self._arriving = None

    def _others(self, home: Networks) -> list[Networks]:
        return [server for server in self._known if server is not home]

    def _concerns(self, server: Networks, home: Networks, post: Post) -> bool:
        there = {account.id for account in home.accounts.values() if account.home is server}
        named = there & set(post.mentions)
        if post.visibility == "direct":
            return bool(named)
        parent = home.posts.get(post.parent)
        answers = {reply.author for reply in home.replies(post.id)}
        followed = any(
            account.at_home == post.author and account.followers
            for account in server.accounts.values()
            if account.home is home
        )
        return bool(named | there & answers) or followed or (parent is not None and parent.author in there)

    def _later(self, arrive: Callable[[], object]) -> None:
        if self.delay is not None:
            self._under_way.append((self.now() + self.delay, arrive))

    def _arrive(self, server: Networks, home: Networks, sent: Post) -> None:
        known = self._known[server]
        if sent.id in known.copies or sent.id in known.taken_back:
            return
        author = server.account_from(home, sent.author)
        parent, above = self._parent(server, home, sent)
        copy = server.add_post(
            author,
            sent.text,
            sent.created_at,
            parent=parent.id if parent else "",
            at_home=sent.id,
            arrived_at=self.now(),
            edited_at=sent.edited_at,
            visibility=sent.visibility,
            warning=sent.warning,
            language=sent.language,
            pictures=sent.pictures,
        )
        known.copies[sent.id] = copy
        if above and not parent:
            known.awaited[above].append(copy)
        for reply in known.awaited.pop(sent.id, ()):
            reply.parent = copy.id
        server.log_arrival("arrived", copy)

    def _parent(self, server: Networks, home: Networks, sent: Post) -> tuple[Post | None, str]:
        """What it answers as this server has it, and its id at home; what is not there yet is asked for."""
        above = home.posts.get(sent.parent)
        if above is None:
            return None, ""
        id = above.at_home or above.id
        found = server.posts.get(id) or self.copy(server, id)
        if found is None:
            self._later(partial(self.fetch, server, id))
        return (found if found and not found.deleted else None), id

    def _edit(self, server: Networks, home: Networks, sent: Post) -> None:
        copy = self.copy(server, sent.id)
        if copy is None:
            self._arrive(server, home, sent)
        elif not copy.deleted:
            server.edit_post(copy, sent.text, sent.warning, sent.edited_at or self.now())
            server.log_arrival("edit_arrived", copy)

    def _delete(self, server: Networks, id: str) -> None:
        self._known[server].taken_back.add(id)
        copy = self.copy(server, id)
        if copy and not copy.deleted:
            server.delete_post(copy)
            server.log_arrival("deletion_arrived", copy)


def _as_it_is(post: Post) -> Post:
    """A copy that no later edit reaches."""
    return replace(post, pictures=[*post.pictures], mentions=[*post.mentions])
