"""A linked account is no longer one of ours, or never was: whom it seemed to answer may wait again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.model import Handle, Lane
from bot.domain.ports import Clock, Networks, Store, Tx
from bot.services.collecting.collect import query_of
from bot.services.collecting.gathering import names_of
from bot.services.collecting.placing import Read, place
from bot.services.standing.restand import again, on, restand

FACE = "unlink"


class Watched(ValueError):
    """What is said to that account is watched, so it is ours as long as it is."""


@dataclass(frozen=True, slots=True)
class Unlink:
    """Takes back a link, and stands anew all that the account has to do with."""

    store: Store
    networks: Networks
    clock: Clock

    def account(self, workspace: str, network: str, name: str, *, left: datetime | None) -> int:
        """The account of that name is ours until `left` (UTC), or never was; how many wait now that did not.

        What it wrote as one of ours stays an answer; what it wrote otherwise is an outsider's word, and waits
        if it speaks to us. Raises KeyError where no such account is linked, Watched for one whose mentions
        are watched.
        """

        def work() -> int:
            with self.store.write(workspace) as tx:
                ours = [one for one in tx.people.handles() if _is_meant(one, network, name)]
                if not ours:
                    raise KeyError(name)
                before = len(tx.threads.waiting())
                accounts = {one.author_id for one in ours}
                self._read_no_more(tx, network, accounts)
                for one in ours:
                    if left is None:
                        tx.people.drop_handle(one.id)
                    else:
                        tx.people.save_handle(replace(one, until=left))
                self._stand(tx, network, accounts)
                return len(tx.threads.waiting()) - before

        return again(work)

    def _read_no_more(self, tx: Tx, network: str, accounts: Collection[str]) -> None:
        theirs = [one for one in tx.sources.sources() if one.network == network and one.account in accounts]
        connector = self.networks.connectors()[network]
        if any(not query_of(connector, one.kind).ours for one in theirs):
            raise Watched("what is said to it is watched: remove that watch first")
        own = {one.id for one in theirs}
        for watch in tx.sources.watches():
            if watch.sources and own.issuperset(watch.sources):
                tx.sources.remove_watch(watch.id)

    def _stand(self, tx: Tx, network: str, accounts: Collection[str]) -> None:
        """Give all that they wrote its place anew, as of somebody outside where it is."""
        posts = [one.post for one in tx.threads.posts_of(network, accounts)]
        places = [one for one in tx.sources.sources() if one.network == network]
        began = [one.history_before for one in places if one.history_before]
        names = names_of(posts)
        known = tx.threads.around(network, names, names, read=posts)
        read = Read(
            network=network,
            endpoint=places[0].endpoint if places else "",
            around=tuple(posts),
            lane=Lane.TO_US,
            since=min(began, default=None),
        )
        restand(tx, known, place(read, known, self.clock()), on=on(self.networks, self.clock(), FACE))


def _is_meant(one: Handle, network: str, name: str) -> bool:
    said = name.strip().removeprefix("@").casefold()
    known = (one.author_id, one.name.removeprefix("@").casefold())
    return one.network == network and one.until is None and (name.strip() in known or said in known)
