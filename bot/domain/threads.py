"""A thread put together from posts read in any order: each post once, parents found, causes first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from bot.domain.model import Post

TICK = timedelta(microseconds=1)
QUIET = timedelta(days=30)
REDRAFT_WITHIN = timedelta(minutes=60)
AT_ONCE = timedelta(minutes=1)
"""A network that tells later than this of a post that was edited tells of an edit."""
LONGEST_NAME = 500
"""Bytes in UTF-8 of an id or a ref: several stand side by side in an index, whose rows a database bounds."""


@dataclass(frozen=True, slots=True)
class Thread:
    """The posts of one thread by id, causes before effects, whatever the clocks said.

    `parents` holds only parents that are among the posts. `at` is the effective time of a post: its own,
    or a tick after its parent's if that is later, so that what hangs under a post comes after it.
    """

    posts: Mapping[str, Post]
    parents: Mapping[str, str]
    at: Mapping[str, datetime]
    ids: Mapping[str, str]

    def above(self, post: str) -> Iterator[Post]:
        """The posts that `post` descends from, the nearest first."""
        upper = self.parents.get(post)
        while upper is not None:
            yield self.posts[upper]
            upper = self.parents.get(upper)


def is_name(text: str) -> bool:
    """Whether every database can take this as an id or a ref, and find it again."""
    try:
        return 0 < len(text.encode()) <= LONGEST_NAME and "\0" not in text
    except UnicodeEncodeError:  # half a surrogate pair
        return False


def began(post: Post) -> datetime:
    """When a post began to concern us: its writing, or the edit that named us."""
    return post.named_us_at or post.created_at


def told_at(post: Post, at: datetime) -> Post:
    """A post that names us, as the network told us of it at that time: if an edit came before, that named us.

    Of one that was edited again since, its last edit is all that is known: that it named us only later is
    seen by how late we were told.
    """
    if post.edited_at is None or (post.edited_at > at and at - post.created_at <= AT_ONCE):
        return post
    return replace(post, named_us_at=min(post.edited_at, at))


def is_top(post: Post) -> bool:
    """Whether nothing stands above it; where the network's order alone says so, its root is itself."""
    return post.parent is None and (post.order is None or post.root in (None, post.id, *post.refs))


def same_redraft(old: Post, new: Post) -> bool:
    """Whether `new` is `old` deleted and written anew: same author and place, within 60 minutes, and both
    openly or both in private: whoever held the first might not see the other."""
    if old.gone_at is None or old.id == new.id:
        return False
    if old.visibility.is_private != new.visibility.is_private:
        return False
    same_place = (old.network, old.author.id, _place(old)) == (new.network, new.author.id, _place(new))
    near = abs(new.created_at - old.gone_at) <= REDRAFT_WITHIN
    return same_place and near and new.created_at > old.created_at


def _place(post: Post) -> str | None:
    return None if is_top(post) else post.parent or post.root


def put_together(posts: Iterable[Post]) -> Thread:
    """The thread of these posts; duplicates, gaps, loops and any order of reading are fine."""
    merged = _merge(posts)
    ids = _names(merged)
    parents, order = _untangle(merged, _parents(merged, ids))
    at: dict[str, datetime] = {}
    for id in order:
        upper = parents.get(id)
        own = began(merged[id])
        at[id] = own if upper is None else max(own, at[upper] + TICK)
    return Thread({id: merged[id] for id in order}, parents, at, ids)


def _merge(posts: Iterable[Post]) -> dict[str, Post]:
    versions: defaultdict[str, list[Post]] = defaultdict(list)
    for post in posts:
        versions[post.id].append(post)
    return {id: _one(found) for id, found in sorted(versions.items())}


def _one(versions: list[Post]) -> Post:
    """One post of all that was read of it: the latest edit's words, every name, the most private view.

    It began to concern us when it first did: no later edit moves that.
    """
    if len(versions) == 1:
        return versions[0]
    latest = max(versions, key=_age)
    hidden = sorted(v.visibility for v in versions if v.visibility.is_private)
    return replace(
        latest,
        created_at=min(v.created_at for v in versions),
        named_us_at=_named_us_at(versions),
        refs=tuple(sorted({ref for v in versions for ref in v.refs})),
        # Where only accounts that were met are known by name, each reading may know others.
        names=frozenset().union(*(v.names for v in versions if v.edited_at == latest.edited_at)),
        parent=latest.parent or min((v.parent for v in versions if v.parent), default=None),
        root=latest.root or min((v.root for v in versions if v.root), default=None),
        # A reading that tells what it answers needs no order; one that has the order alone knows less.
        order=None if any(v.parent and v.order is None for v in versions) else latest.order,
        visibility=hidden[0] if hidden else latest.visibility,
        gone_at=min((v.gone_at for v in versions if v.gone_at), default=None),
    )


def _named_us_at(versions: Sequence[Post]) -> datetime | None:
    """The first edit that named us, unless the post named just these before it."""
    by_edit = [(v.named_us_at, sorted(v.names)) for v in versions if v.named_us_at]
    if not by_edit:
        return None
    at, names = min(by_edit)
    before = (v for v in versions if v.named_us_at is None and (v.edited_at or v.created_at) < at)
    return None if any(v.names.issuperset(names) for v in before) else at


def _age(post: Post) -> tuple[object, ...]:
    """Orders versions of a post by edit, also where a server's clock was set back before that; the rest only
    makes the choice the same every time."""
    return (
        post.edited_at is not None,
        post.edited_at or post.created_at,
        post.named_us_at is not None,
        post.text,
        sorted(post.names),
        post.client or "",
        post.sign or "",
        post.member_of,
        post.parent or "",
        post.visibility,
        post.url,
    )


def _names(posts: Mapping[str, Post]) -> dict[str, str]:
    """Every name of each post, so that a parent given as another server's name is found."""
    names: dict[str, str] = {}
    for id, post in posts.items():
        for ref in post.refs:
            names.setdefault(ref, id)
    names.update((id, id) for id in posts)
    return names


def _parents(posts: Mapping[str, Post], ids: Mapping[str, str]) -> dict[str, str]:
    parents = {id: ids[post.parent] for id, post in posts.items() if post.parent and post.parent in ids}
    # Where all of them answer one post, or point to none at all, the network's own order is a chain.
    chains: defaultdict[str | None, list[tuple[int, str]]] = defaultdict(list)
    for id, post in posts.items():
        if post.order is not None:
            chains[ids.get(post.parent, post.parent) if post.parent else None].append((post.order, id))
    for chain in chains.values():
        for (_, upper), (_, lower) in pairwise(sorted(chain)):
            parents[lower] = upper
    return parents


def _untangle(posts: Mapping[str, Post], parents: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    """The parents without loops (which only a broken or hostile server sends), and causes first."""
    below: defaultdict[str, list[str]] = defaultdict(list)
    for lower, upper in sorted(parents.items()):
        below[upper].append(lower)
    order = [id for id in posts if id not in parents]
    for id in order:
        order.extend(below[id])
    reached = set(order)
    sound = {lower: upper for lower, upper in parents.items() if lower in reached}
    return sound, order + [id for id in posts if id not in reached]
