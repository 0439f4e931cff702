"""What was read put beside what is stored: each post once, in its thread, whatever came first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from bot.domain.connector import Broken
from bot.domain.model import Conversation, Post
from bot.domain.ports import Known, Placed
from bot.domain.threads import is_name, is_top, put_together, same_redraft


@dataclass(frozen=True, slots=True)
class Gathered:
    """All posts by id, the root of each one's thread, and the threads by root.

    `moved` are roots of conversations that turned out to stand under another post, and that one's root.
    """

    posts: Mapping[str, Post]
    roots: Mapping[str, str]
    threads: Mapping[str, Collection[Post]]
    moved: Mapping[str, str]


def set_apart(posts: Iterable[Post]) -> tuple[list[Post], list[Broken]]:
    """The posts that a database can find by their ids, and apart from them those that it cannot."""
    found: list[Post] = []
    broken: list[Broken] = []
    for post in posts:
        if all(map(is_name, (*names_of([post]), post.author.id))):
            found.append(post)
        else:
            broken.append(Broken(post.id, "one of its ids is too long, or has characters that no id has"))
    return found, broken


def names_of(posts: Iterable[Post]) -> set[str]:
    """Every name by which these posts, what they answer and their roots may be stored."""
    found: set[str] = set()
    for post in posts:
        found |= {post.id, *post.refs}
        found |= {name for name in (post.parent, post.root) if name}
    return found


def gather(read: Iterable[Post], known: Known) -> Gathered:
    """Merge what was read into what is known, and find the root of every post."""
    posts = {id: placed.post for id, placed in known.posts.items()}
    for post in read:
        stored = posts.get(post.id)
        posts[post.id] = _merged(stored, post) if stored else post
    ids = {ref: id for id, post in posts.items() for ref in post.refs} | {id: id for id in posts}
    settled = {one.root for one in known.conversations.values()}
    tops = {name: _root(posts[ids[name]], posts, ids) for name in settled if name in ids}
    found_above = {name: top for name, top in tops.items() if top != ids[name]}
    anew = _redrafts(posts, known)
    moved = {name: anew.get(top, top) for name, top in found_above.items()} | anew
    settled -= set(found_above)
    # A conversation may stand under another name of what turned out to be its root.
    settled_as = {ids[name]: name for name in settled if name in ids}
    roots: dict[str, str] = {}
    for id, post in posts.items():
        placed = known.posts.get(id)
        root = placed.root if placed and placed.root in settled else _root(post, posts, ids)
        root = settled_as.get(root or id, root or id)
        top = known.posts.get(root)
        # The first post of a thread may have been written anew: then it all stands where that one stood.
        root = top.root if top and top.root in settled else root
        roots[id] = moved.get(root, root)
    threads: defaultdict[str, list[Post]] = defaultdict(list)
    for id, root in roots.items():
        threads[root].append(posts[id])
    return Gathered(posts, roots, threads, moved)


def stands(post: Post, known: Known, *, but: Collection[str]) -> bool:
    """Whether what was said to us, or by us, is stored just as it was read: then there is no news in it, but
    in the conversations that are to stand otherwise by now."""
    placed = known.post(post.network, post.id)
    if placed is None or (placed.lane is None and placed.wording is None) or placed.missing_since:
        return False
    if placed.conversation in but:
        return False
    return _merged(placed.post, post) == placed.post


def _merged(stored: Post, read: Post) -> Post:
    """What was read goes into what is stored; a post that was gone and answers again is taken anew."""
    if stored.gone_at and not read.gone_at:
        stored = replace(read, refs=stored.refs, named_us_at=read.named_us_at or stored.named_us_at)
    merged = put_together((stored, read)).posts[read.id]
    # The network says who they are now, and whether it settles anything; that is no edit of the post.
    return replace(merged, author=read.author, sign=read.sign, member_of=read.member_of or stored.member_of)


def _root(post: Post, posts: Mapping[str, Post], ids: Mapping[str, str]) -> str:
    """The first post above it, as far as it is known; else what the network told, else what it answers.

    Our reply to a post that is not known yet waits under that post's name, and is found when it comes.
    """
    seen = {post.id}
    top = post
    while top.parent and (upper := ids.get(top.parent)) and upper not in seen:
        seen.add(upper)
        top = posts[upper]
    told = None if is_top(top) else top.root or top.parent
    return ids.get(told, told) if told else top.id


def _redrafts(posts: Mapping[str, Post], known: Known) -> dict[str, str]:
    """Threads whose first post was deleted and written anew, by their roots: which goes where.

    The one that began first keeps its place, unless only the other has somebody who holds it, or only there
    anybody pressed anything. Where people pressed in both, each stays: what was decided about the one that
    is left holds.
    """
    us = {(handle.network, handle.author_id) for handle in known.ours}
    tops = [post for post in posts.values() if is_top(post) and _names_one_of(us, post)]
    found: dict[str, str] = {}
    for old in sorted(tops, key=lambda post: (post.created_at, post.id)):
        placed = known.posts.get(old.id)
        anew = [post for post in tops if same_redraft(old, post)]
        if placed is None or placed.conversation is None or not (placed.root and anew):
            continue
        new = min(anew, key=lambda post: (post.created_at, post.id))
        there = known.posts.get(new.id)
        stays, goes = _end(found, placed.root), _end(found, (there.root if there else None) or new.id)
        decided = _is_decided(known, goes, old)
        if stays == goes or (decided and _is_decided(known, stays, old)):
            continue
        if decided or (_is_held(known, goes, old) and not _is_held(known, stays, old)):
            stays, goes = goes, stays
        found[goes] = stays
    return {root: _end(found, root) for root in found}


def _end(moved: Mapping[str, str], root: str) -> str:
    """Where a thread goes in the end, when what it goes into goes on itself."""
    while root in moved:
        root = moved[root]
    return root


def _names_one_of(us: Collection[tuple[str, str]], post: Post) -> bool:
    return any((post.network, name) in us for name in post.names)


def _is_held(known: Known, root: str, by: Post) -> bool:
    return any(one.standing.is_with_somebody for one in _theirs(known, root, by))


def _is_decided(known: Known, root: str, by: Post) -> bool:
    """Whether somebody pressed anything about it; a rule, or time, decides nothing that would be lost."""
    presses = (press for one in _theirs(known, root, by) for press in known.presses.get(one.id, ()))
    return any(press.by for press in presses)


def _theirs(known: Known, root: str, by: Post) -> Iterator[Conversation]:
    return (one for one in known.conversations.values() if (one.root, one.author) == (root, by.author.id))


def changed(placed: Placed, known: Known) -> bool:
    """Whether storing this would change anything."""
    stored = known.posts.get(placed.post.id)
    if stored is None:
        return True
    return replace(placed, source=stored.source) != stored
