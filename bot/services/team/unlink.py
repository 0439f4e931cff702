"""A linked account is no longer one of ours, or never was: whom it seemed to answer may wait again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.model import Handle, Post, Source
from bot.domain.ports import Clock, Networks, Store, Tx
from bot.services.collecting.collect import query_of
from bot.services.collecting.gathering import names_of
from bot.services.collecting.placing import Read, in_rooms, place
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
                places = [one for one in tx.sources.sources() if one.network == network]
                self._read_no_more(tx, network, accounts)
                for one in ours:
                    if left is None:
                        tx.people.drop_handle(one.id)
                    else:
                        tx.people.save_handle(replace(one, until=left))
                self._stand(tx, network, accounts, places)
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

    def _stand(self, tx: Tx, network: str, accounts: Collection[str], places: Sequence[Source]) -> None:
        """Give all that they wrote its place anew, as of somebody outside where it is: where it was read, and
        as history where it is older than what is watched."""
        connector = self.networks.connectors()[network]
        watched = [one for one in places if not query_of(connector, one.kind).ours]
        since = min((one.history_before for one in watched if one.history_before), default=None)
        usual = watched[0].endpoint if watched else ""
        read_on = {one.id: one.endpoint for one in places}
        by_server: defaultdict[str, list[Post]] = defaultdict(list)
        for one in tx.threads.posts_of(network, accounts):
            by_server[read_on.get(one.source or "", usual)].append(one.post)
        for server, posts in sorted(by_server.items()):
            names = names_of(posts)
            known = tx.threads.around(network, names, names, read=posts)
            read = Read(network, server, around=tuple(posts), since=since)
            occasion = on(self.networks, self.clock(), FACE)
            restand(tx, known, place(in_rooms(read, known, tx, self.networks), known, occasion), on=occasion)


def _is_meant(one: Handle, network: str, name: str) -> bool:
    said = name.strip().removeprefix("@").casefold()
    known = (one.author_id, one.name.removeprefix("@").casefold())
    return one.network == network and one.until is None and (name.strip() in known or said in known)
