"""What another program hands to us: taken once, never backwards, and what it says was answered.

Nothing is fetched. A call and what it changes are written in one transaction; the same call again, by its id,
changes nothing, and neither does the same mention. "Answered" is what the sender says, of its own mentions.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.connector import Broken, Handed, Receiver, Told
from bot.domain.model import Author, Conversation, Health, Lane, Post, Press, Source, Verb, Visibility, Watch
from bot.domain.polling import HISTORY
from bot.domain.ports import Clock, Incoming, Known, Networks, Placed, Secret, Store, Tx
from bot.domain.threads import began
from bot.services.collecting.gathering import names_of, set_apart
from bot.services.collecting.health import well
from bot.services.collecting.placing import Read, place
from bot.services.standing.restand import News, again, on, restand

FACE = "inbound"
KEY_BYTES = 32
KEY = "whsec_"
"""How a key begins (standardwebhooks.com); the rest is Base64."""
WRONG_KEY = "WrongKey"
APART = timedelta(milliseconds=1)
ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Entrance:
    """One address at which calls come in. `keys` are those that open it, the newest first; without any, the
    key that sealed them is lost. A `signed` one takes signed calls, another has the key in its address."""

    workspace: str
    source: Source
    keys: tuple[str, ...] = ()
    signed: bool = True
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came of a call, by the sender's own names: `taken` is new, `known` changes nothing.

    `again` means that the same call came before. `broken` has what could not be taken, by its place.
    """

    taken: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    broken: tuple[Broken, ...] = ()
    again: bool = False


@dataclass(frozen=True, slots=True)
class Receiving:
    """Takes in what is handed to us, and makes the keys that let somebody do so."""

    store: Store
    networks: Networks
    clock: Clock

    def open(
        self, workspace: str, network: str, kind: str, name: str, *, by: str | None = None
    ) -> tuple[Watch, Source, str]:
        """A new entrance with its key, which is shown now and never again.

        Raises KeyError for a network that hands nothing over, ValueError for a kind or a name that cannot be.
        """
        receiver = self._receiver(network)
        if kind not in {query.kind for query in receiver.facts.queries}:
            raise ValueError(f"there is no kind called {kind}")
        if not 0 < len(name) <= 60 or set(name) & set('/\\"<>') or not name.isprintable():
            raise ValueError("a name has 1 to 60 signs, and no slash, quotation mark or bracket")
        key, now = new_key(), self.clock()
        with self.store.write(workspace) as tx:
            if any((one.network, one.query) == (network, name) for one in tx.sources.sources()):
                raise ValueError(f"there is one called {name} already")
            kept = tx.sources.save_secret(Secret("", network, "", key, owner=by))
            lane = next(query.lane for query in receiver.facts.queries if query.kind == kind)
            made = Source("", network, "", kind, name, credential=kept.id, history_before=now - HISTORY)
            watch = tx.sources.save_watch(
                Watch("", f"{receiver.facts.label}: {name}", lane, created_by=by), [made]
            )
            source = tx.sources.source(watch.sources[0])
        if source is None:
            raise KeyError(name)
        return watch, source, key

    def rotate(self, workspace: str, watch: str) -> tuple[Source, str]:
        """A new key beside the old ones, which open until `retire`. Raises KeyError for what has no key."""
        key = new_key()
        source = self._rekey(workspace, watch, lambda former: (key, *former))
        return source, key

    def retire(self, workspace: str, watch: str) -> Source:
        """From now on the newest key alone opens. Raises KeyError for what has no key."""
        return self._rekey(workspace, watch, lambda former: former[:1])

    def entrance(self, source: str) -> Entrance | None:
        """The entrance of that Source, in whichever Workspace it is; None when there is none."""
        for home in self.store.workspaces():
            with self.store.read(home.id) as tx:
                found = tx.sources.source(source)
                connector = self.networks.connectors().get(found.network) if found else None
                if found is None or connector is None or not connector.facts.pushed:
                    continue
                secret = tx.sources.secret(found.credential) if found.credential else None
                paused = found.health == Health.PAUSED or not tx.sources.lanes(source)
            return Entrance(home.id, found, _keys(secret), self.signs(found), paused)
        return None

    def signs(self, source: Source) -> bool:
        """Whether its calls are signed; else the key stands in the address."""
        connector = self.networks.connectors()[source.network]
        return not (isinstance(connector, Receiver) and source.kind in connector.unsigned)

    def refused(self, entrance: Entrance) -> None:
        """Somebody knocked with a wrong key: whoever set it up sees so in the list of watches."""
        if entrance.source.problem == WRONG_KEY:
            return
        with self.store.write(entrance.workspace, durable=False) as tx:
            found = tx.sources.source(entrance.source.id)
            if found:
                tx.sources.save_source(replace(found, problem=WRONG_KEY, last_try=self.clock()))

    def take(self, entrance: Entrance, call: str, body: bytes) -> Receipt:
        """Take the mentions of one call, whose id is `call`. Raises ChangedFormat when it cannot be read."""
        source, now = entrance.source, self.clock()
        receiver = self._receiver(source.network)
        handed, broken = receiver.handed(source.kind, source.query, body, now)

        def work() -> Receipt:
            with self.store.write(entrance.workspace) as tx:
                if not _is_first(tx, source, call, now):
                    return Receipt(known=tuple(one.name for one in handed), broken=broken, again=True)
                taken, unnamed = self._take(tx, source, handed, now)
                _note(tx, source, [*broken, *unnamed], [one.post for one in handed], now)
            known = tuple(one.name for one in handed if one.name not in taken)
            return Receipt(tuple(taken), known, broken)

        return again(work)

    def answered(self, entrance: Entrance, body: bytes) -> Receipt:
        """Close the mentions that one call says were answered; each is settled once, and Undo takes it back.

        Raises ChangedFormat when it cannot be read.
        """
        source, now = entrance.source, self.clock()
        told, broken = self._receiver(source.network).told(source.query, body, now)

        def work() -> Receipt:
            with self.store.write(entrance.workspace) as tx:
                done = [(one, self._settle(tx, source, one, now)) for one in told]
                _note(tx, source, (), (), now)
            return Receipt(
                tuple(one.name for one, settled in done if settled),
                tuple(one.name for one, settled in done if settled is False),
                (
                    *broken,
                    *(Broken(one.where, "is not known here") for one, settled in done if settled is None),
                ),
            )

        return again(work)

    def _take(
        self, tx: Tx, source: Source, handed: Sequence[Handed], now: datetime
    ) -> tuple[list[str], list[Broken]]:
        """Store what is new; the names of what was taken."""
        found, unnamed = set_apart(one.post for one in handed)
        forgotten = tx.threads.forgotten(source.network, {post.author.id for post in found})
        able = {post.id for post in found if post.author.id not in forgotten}
        names = names_of(found)
        stored = tx.threads.around(source.network, names, names).posts
        fresh = [one for one in handed if one.post.id in able and _is_news(one, stored.get(one.post.id))]
        for lane in Lane:
            posts = [one.post for one in fresh if one.lane is lane]
            # What comes deleted before it ever came is kept as such: it may come late.
            new = [replace(one, gone_at=None) for one in posts if one.gone_at and one.id not in stored]
            for each in (new, posts):
                if each:
                    learn(tx, self.networks, source, each, lane=lane, now=now)
        return [one.name for one in fresh], unnamed

    def _settle(self, tx: Tx, source: Source, told: Told, now: datetime) -> bool | None:
        """Whether it is new; None when the mention is not known.

        It is kept also of what waits for nobody now: a decision may be undone, a post may come back.
        """
        known = tx.threads.around(source.network, [told.post])
        placed = known.post(source.network, told.post)
        talk = known.conversations.get(placed.conversation or "") if placed else None
        if placed is None or talk is None:
            return None
        presses = known.presses.get(talk.id, frozenset())
        press = _press(tx, talk, told, max([now, *(one.at + APART for one in presses)]))
        if press.id in {one.id for one in presses}:
            return False
        reply = _reply(placed, told, now)
        posts = {reply.post.id: reply} if told.url else {}
        press = replace(press, post=reply.post.id if told.url else None)
        restand(tx, known, News(posts=posts, presses={talk.id: press}), on=on(self.networks, now, FACE))
        return True

    def _rekey(
        self, workspace: str, watch: str, change: Callable[[tuple[str, ...]], tuple[str, ...]]
    ) -> Source:
        with self.store.write(workspace) as tx:
            found = next((one for one in tx.sources.watches() if one.id == watch), None)
            source = tx.sources.source(found.sources[0]) if found and found.sources else None
            secret = tx.sources.secret(source.credential) if source and source.credential else None
            if source is None or secret is None:
                raise KeyError(watch)
            self._receiver(source.network)
            tx.sources.save_secret(replace(secret, value=" ".join(change(_keys(secret)))))
        return source

    def _receiver(self, network: str) -> Receiver:
        connector = self.networks.connectors()[network]
        if not isinstance(connector, Receiver):
            raise KeyError(network)
        return connector


def in_address(key: str) -> str:
    """A key as it stands in an address: its bytes in hexadecimal digits."""
    return base64.b64decode(key.removeprefix(KEY)).hex()


def new_key() -> str:
    """A key of 32 random bytes, as Standard Webhooks writes it."""
    return KEY + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def learn(
    tx: Tx, networks: Networks, source: Source, posts: Iterable[Post], *, lane: Lane, now: datetime
) -> Known:
    """Give posts that were handed to us their places; gives what was known before."""
    read = tuple(posts)
    names = names_of(read)
    known = tx.threads.around(source.network, names, names, read=read)
    told = Read(
        network=source.network,
        endpoint=source.endpoint,
        matched=read,
        lane=lane,
        source=source.id,
        since=source.history_before,
    )
    occasion = on(networks, now, FACE)
    restand(tx, known, place(told, known, occasion), on=occasion)
    return known


def _keys(secret: Secret | None) -> tuple[str, ...]:
    return tuple(secret.value.split()) if secret else ()


def _is_first(tx: Tx, source: Source, call: str, now: datetime) -> bool:
    """Whether this call did not come before; its id is kept with what it changes."""
    key = f"{FACE} {source.id} {hashlib.sha256(call.encode('utf-8', 'replace')).hexdigest()}"
    taken = tx.inbox.take(Incoming(key, FACE, {}, now))
    if taken:
        tx.inbox.done(taken, now)
    return taken is not None


def _note(tx: Tx, source: Source, broken: Sequence[Broken], posts: Sequence[Post], now: datetime) -> None:
    """The call as the health of its Source."""
    found = tx.sources.source(source.id)
    if found is None:
        return
    latest = max(
        [began(post) for post in posts] + ([found.last_post] if found.last_post else []), default=None
    )
    tx.sources.save_source(replace(well(found, now), last_post=latest))
    if broken:
        tx.sources.quarantine(source.id, broken, now)


def _is_news(one: Handed, stored: Placed | None) -> bool:
    """Whether it says something later than what is stored: nothing that is handed to us goes backwards."""
    if stored is None:
        return True
    nearer = one.lane is Lane.TO_US and stored.lane is Lane.ABOUT_US and stored.post.gone_at is None
    return nearer or _version(one.post) > _version(stored.post)


def _version(post: Post) -> datetime:
    return max(filter(None, (post.created_at, post.edited_at, post.gone_at)))


def _press(tx: Tx, talk: Conversation, told: Told, at: datetime) -> Press:
    """What the sender says, as a fact. One mention makes one: its id is made of the mention's."""
    teammate = tx.people.by_slack(told.by) if told.by else None
    return Press(
        id=hashlib.sha256(f"{talk.network} {told.post}".encode("utf-8", "replace")).hexdigest()[:16],
        verb=Verb.ELSEWHERE,
        wait=talk.standing.wait,
        by=teammate.id if teammate else "",
        at=at,
        covers=frozenset({told.post}),
    )


def _reply(placed: Placed, told: Told, now: datetime) -> Placed:
    """Our reply as far as it is known: its link."""
    asked = placed.post
    reply = Post(
        network=asked.network,
        id=f"{told.post}#{ANSWER}",
        url=told.url or "",
        author=Author(ANSWER, "", ""),
        text="",
        created_at=max(now, asked.created_at),
        parent=asked.id,
        root=asked.root,
        visibility=Visibility.PUBLIC if not asked.visibility.is_private else asked.visibility,
    )
    return Placed(reply, placed.root, source=placed.source)
