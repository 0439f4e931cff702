"""One outside person asked to be forgotten: their words and name go, also from our Slack messages."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import partial

from bot.domain.connector import fetches
from bot.domain.errors import ReadingError
from bot.domain.model import Status, Verb
from bot.domain.ports import Clock, Networks, Store, Tx
from bot.services.standing.restand import News, again, on, restand
from bot.services.standing.triage import Decision, Triage
from bot.services.team.people import key_for
from bot.services.telling.asides import account_key

FACE = "forget"


@dataclass(frozen=True, slots=True)
class Forget:
    """Erases one person; a keyed hash keeps them from being collected again."""

    store: Store
    networks: Networks
    clock: Clock

    def person(self, workspace: str, network: str, account: str) -> int:
        """Forget the account, by its name, its page or its id there; how many posts lost their words.

        What of theirs waits for us is let go first. Nobody is forgotten where it raises: KeyError for an
        unknown network, ValueError for an account that is or was the team's own, whose answers stay, and, for
        whom nothing here is known by that, the ReadingError or ValueError with which the network did not tell
        who it is.
        """
        authors = self._authors(workspace, network, account)
        with self.store.read(workspace) as tx:
            theirs = tx.threads.these(tx.threads.with_posts_of(network, authors)).values()
        triage = Triage(self.store, self.networks, self.clock)
        for one in theirs:
            if one.author in authors and one.standing.status in (Status.OPEN, Status.SNOOZED):
                triage.decide(workspace, Decision(one.id, one.standing.wait, Verb.LET_GO, by="", face=FACE))
        erased = again(partial(self._erase, workspace, network, authors))
        self.store.drop_copies()
        return erased

    def _erase(self, workspace: str, network: str, authors: Collection[str]) -> int:
        with self.store.write(workspace) as tx:
            talks = tx.threads.with_posts_of(network, authors)
            self._take_back(tx, talks, authors)
            erased = sum(tx.threads.forget(network, author) for author in authors)
            tx.messages.touch([*talks, *(account_key(network, author) for author in authors)])
        return erased

    def _take_back(self, tx: Tx, talks: Collection[str], authors: Collection[str]) -> None:
        """Where many ask together nobody else is let go with them: what they asked counts as gone."""
        now = self.clock()
        folds = {one.id for one in tx.threads.these(talks).values() if one.author is None}
        known = tx.threads.of(folds)
        asked = {
            id: replace(one, post=replace(one.post, gone_at=now))
            for id, one in known.posts.items()
            if one.post.author.id in authors and one.conversation in folds
        }
        restand(tx, known, News(posts=asked), on=on(self.networks, now, FACE))

    def _authors(self, workspace: str, network: str, account: str) -> Collection[str]:
        """The ids of whoever is called so, here and on the network, which may know them by another id now."""
        connector = self.networks.connectors()[network]
        with self.store.read(workspace) as tx:
            ours = {one.author_id for one in tx.people.handles() if one.network == network}
            authors = set(tx.threads.called(network, account))
            key = key_for(tx, connector) if fetches(connector) else None
        if not fetches(connector):
            authors = authors or {account}
        else:
            try:
                door = self.networks.reader(network, key.endpoint if key else "", key)
                authors.add(connector.resolve(account, door)[1].id)
            except (ReadingError, ValueError):
                if not authors:
                    raise
        if authors & ours:
            raise ValueError("it is, or was, one of your team's own accounts")
        return sorted(authors)
