"""Which conversation each post that was read belongs to: its thread, its lane, its person, its episode."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.covering import by_account, ours_at, wording
from bot.domain.matching import conversation_key, folds, lane_of
from bot.domain.model import Conversation, Handle, Lane, Post, Standing, Status
from bot.domain.ports import Known, Networks, Placed, Tx
from bot.domain.threads import began
from bot.services.collecting.gathering import Gathered, changed, gather
from bot.services.standing.ids import new_id
from bot.services.standing.restand import News, On

Key = tuple[str, str | None, int]


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of one network: posts that a Source matched, and the threads around them.

    `lane` is what the Source gives to posts that do not speak to us. Older than `since` is history.
    What was put on the list `by_hand` gets the lane whatever it says. `rooms` are places that are watched as
    the team's own: there whoever the network counts among those who run it is a colleague, linked or not.
    """

    network: str
    endpoint: str
    matched: tuple[Post, ...] = ()
    around: tuple[Post, ...] = ()
    lane: Lane | None = None
    source: str | None = None
    account: str | None = None
    since: datetime | None = None
    by_hand: bool = False
    rooms: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Placing:
    """Goes through what was read once, oldest first, and collects what is new."""

    read: Read
    known: Known
    on: On
    all: Gathered
    places: dict[Key, Conversation]
    merged: Mapping[str, str] = field(default_factory=dict)
    new: dict[str, Conversation] = field(default_factory=dict)
    placed: dict[str, Placed] = field(default_factory=dict)

    def post(self, post: Post, *, matched: bool) -> None:
        stored = self.known.posts.get(post.id)
        root = self.all.roots[post.id]
        place = replace(self._joined(stored), post=post, root=root) if stored else Placed(post, root)
        place = replace(place, missing_since=None)
        says = wording(post) if _is_ours(post, self.known.ours) and not post.gone_at else None
        place = replace(place, source=place.source or self.read.source, wording=says)
        lane = self._lane(post, place.lane, matched=matched)
        if lane and place.conversation is None:
            place = replace(place, conversation=self._conversation(post, root).id)
        self.placed[post.id] = replace(place, lane=lane)

    def along(self) -> None:
        """Stored posts whose thread is known only now go there."""
        for id, stored in self.known.posts.items():
            place = replace(self._joined(stored), root=self.all.roots[id])
            if id not in self.placed and place != stored:
                self.placed[id] = place

    def _joined(self, stored: Placed) -> Placed:
        return replace(stored, conversation=self.merged.get(stored.conversation or "", stored.conversation))

    def _lane(self, post: Post, stored: Lane | None, *, matched: bool) -> Lane | None:
        is_added = matched and self.read.by_hand
        if stored is None and (self._is_nobody_s(post) or (self._is_a_colleague_s(post) and not is_added)):
            return None
        thread, carries = self.all.threads[self.all.roots[post.id]], post.network in self.on.carrying
        colleagues = {each.author.id for each in thread if self._is_a_colleague_s(each)}
        found = lane_of(post, thread, self.known.ours, colleagues, carries_names=carries)
        if not matched and found != Lane.TO_US:
            return stored
        if (found is None or self.read.by_hand) and not _is_ours(post, self.known.ours):
            found = self.read.lane
        return Lane.closest((stored, found))

    def _is_nobody_s(self, post: Post) -> bool:
        """Whether nobody speaks to us by it now."""
        return post.author.is_bot or post.gone_at is not None or self._is_history(post)

    def _is_a_colleague_s(self, post: Post) -> bool:
        of = post.member_of
        return bool(of) and any(f"/{of}/" in f"/{room}/" for room in self.read.rooms)

    def _is_history(self, post: Post) -> bool:
        return self.read.since is not None and began(post) < self.read.since

    def _conversation(self, post: Post, root: str) -> Conversation:
        key = conversation_key(post, self.all.threads[root], self.known.ours)
        place: Key = (root, key.author, key.episode)
        own, fold = self.places.get(place), self.places.get((root, None, 0))
        alone = post.visibility.is_private or (own and self._is_spoken_for(own.id))
        if fold and not alone:
            return fold
        return own or self._open(post, place)

    def _open(self, post: Post, place: Key) -> Conversation:
        root, author, episode = place
        one = Conversation(
            id=new_id(),
            network=self.read.network,
            root=root,
            author=author,
            episode=episode,
            standing=Standing(Status.CLOSED),
            handle=self._addressed(post, root),
            url=post.url,
            endpoint=self.read.endpoint,
            created_at=self.on.now,
        )
        self.places[place] = self.new[one.id] = one
        return one

    def _addressed(self, post: Post, root: str) -> str | None:
        """The handle that they spoke to: named, or answered, or whose notifications it came from."""
        ours = [one for one in self.known.ours if one.network == self.read.network]
        named = [one for one in ours if one.author_id in post.names]
        answered = [p.author.id for p in self.all.threads[root] if post.parent in (p.id, *p.refs)]
        theirs = [one for one in ours if one.author_id in answered]
        here = [one for one in ours if one.author_id == self.read.account]
        found = [*(one for one in here if one in named), *named, *theirs, *here]
        return found[0].id if found else None

    def fold(self) -> None:
        """More than ten people under one thread within a day become one conversation with one holder."""
        for root in {self.all.roots[id] for id in self.placed}:
            mentions = [p for p in self._under(root) if _may_fold(p)]
            if (root, None, 0) in self.places or not folds(p.post for p in mentions):
                continue
            fold = self._open(mentions[0].post, (root, None, 0))
            for one in mentions:
                if not self._is_spoken_for(one.conversation):
                    self.placed[one.post.id] = replace(one, conversation=fold.id)

    def _under(self, root: str) -> list[Placed]:
        both = {**self.known.posts, **self.placed}
        return [placed for id, placed in both.items() if self.all.roots.get(id) == root]

    def _is_spoken_for(self, conversation: str | None) -> bool:
        stored = self.known.conversations.get(conversation or "")
        if stored is None:
            return False
        return stored.standing.is_with_somebody or stored.standing.status != Status.OPEN

    def news(self) -> News:
        """What is to be written: ours, mentions, and what stands in a thread with a conversation."""
        threads = {root for root, _, _ in self.places}
        used = {placed.conversation for placed in self.placed.values()}
        posts = {
            id: placed
            for id, placed in self.placed.items()
            if (placed.lane or placed.root in threads or _is_ours(placed.post, self.known.ours))
            and changed(placed, self.known)
        }
        moved = {
            one.id: one
            for one in self.places.values()
            if one.id in self.known.conversations and one != self.known.conversations[one.id]
        }
        return News(posts, {id: one for id, one in self.new.items() if id in used}, moved)


def in_rooms(read: Read, known: Known, tx: Tx, networks: Networks) -> Read:
    """With the places that are watched as the team's own, where somebody who runs one wrote any of it."""
    stored = (placed.post for placed in known.posts.values())
    if not any(post.member_of for post in (*read.matched, *read.around, *stored)):
        return read
    lanes = {one.kind: one.lane for one in networks.connectors()[read.network].facts.queries}
    here = (one for one in tx.sources.sources() if one.network == read.network)
    rooms = (one.query.strip().rstrip("/").casefold() for one in here if lanes.get(one.kind) is Lane.TO_US)
    return replace(read, rooms=frozenset(rooms))


def place(read: Read, known: Known, on: On) -> News:
    """The posts with their places, and the conversations that begin with them."""
    gathered = gather((*read.matched, *read.around), known)
    places, merged = _places(known, gathered)
    placing = _Placing(read, known, on, gathered, places, merged)
    for post, matched in _oldest_first(read, gathered.posts):
        placing.post(post, matched=matched)
    placing.along()
    placing.fold()
    return placing.news()


def _oldest_first(read: Read, posts: Mapping[str, Post]) -> Iterator[tuple[Post, bool]]:
    matched = {post.id for post in read.matched}
    ids = matched | {post.id for post in read.around}
    for id in sorted(ids, key=lambda id: (began(posts[id]), id)):
        yield posts[id], id in matched


def _places(known: Known, gathered: Gathered) -> tuple[dict[Key, Conversation], dict[str, str]]:
    """The conversations by where they stand now; where two turn out to be one, what goes into which."""
    places: dict[Key, Conversation] = {}
    merged: dict[str, str] = {}
    # Who stands there already keeps the place: two may never claim one place in the database.
    stand_there = sorted(known.conversations.values(), key=lambda one: (one.root in gathered.moved, one.id))
    for one in stand_there:
        there = replace(one, root=gathered.moved.get(one.root, one.root))
        kept = places.setdefault((there.root, one.author, one.episode), there)
        if kept.id != one.id:
            merged[one.id] = kept.id
    return places, merged


def _may_fold(placed: Placed) -> bool:
    """What is private stays alone: it would hide all the others."""
    return bool(placed.lane == Lane.TO_US and placed.conversation and not placed.post.visibility.is_private)


def _is_ours(post: Post, ours: frozenset[Handle]) -> bool:
    return ours_at(post, by_account(ours)) is not None
