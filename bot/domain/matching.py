"""How a post concerns us and which conversation it belongs to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import timedelta
from itertools import pairwise
from typing import NamedTuple

from bot.domain.covering import Ours, by_account, ours_at, spoken
from bot.domain.model import Handle, Lane, Post
from bot.domain.threads import QUIET, Thread, began, is_top, put_together

FOLDS_OVER = 10
FOLDS_WITHIN = timedelta(days=1)
_AT_URI = re.compile(r"at://([^/]+)/")


class ConversationKey(NamedTuple):
    """One outside person in one thread, anew after 30 quiet days; `author` is None in a fold."""

    root: str
    author: str | None
    episode: int


def lane_of(
    post: Post,
    posts: Iterable[Post],
    ours: Iterable[Handle],
    colleagues: Collection[str] = (),
    *,
    carries_names: bool = False,
) -> Lane | None:
    """How a post concerns us by what it answers and names, or None: it is ours, nothing of ours, or only
    settles a thread.

    `posts` are the known posts of its thread. `colleagues` are accounts that nobody linked and of which the
    network says that they are the team's: who answers them speaks to us. With `carries_names` a reply there
    names by itself those whom the post that it answers named; anywhere else whoever names us means us. A
    Source that follows a word gives its own lane where this is None. Without its parent a post that names us
    is to us: better one line too many.
    """
    accounts = by_account(ours)
    if post.sign or ours_at(post, accounts):
        return None
    thread = put_together((*posts, post))
    if _is_to_us(thread, post, accounts, colleagues, carries_names=carries_names):
        return Lane.TO_US
    below_ours = any(ours_at(upper, accounts) for upper in thread.above(post.id))
    return Lane.IN_THE_ROOM if below_ours or _names_us(post, accounts) else None


def _is_to_us(
    thread: Thread, post: Post, ours: Ours, colleagues: Collection[str], *, carries_names: bool
) -> bool:
    """Whether it answers us, or names us beyond what a reply carries along by itself."""
    lower = post
    for upper in thread.above(post.id):
        if ours_at(upper, ours) or upper.author.id in colleagues:
            return True
        carried = upper.names if carries_names and lower.order is None else frozenset()
        if _names_us(lower, ours) - carried:
            return True
        if upper.author.id != post.author.id:
            return False
        lower = upper
    return bool(_names_us(lower, ours)) or _answered_us(lower, ours)


def _answered_us(post: Post, ours: Ours) -> bool:
    """Whether the address of what it answered, which nobody read before it was gone, says that it was ours:
    in the AT Protocol its authority is the account."""
    found = _AT_URI.match(post.parent or "")
    return found is not None and (post.network, found[1]) in ours


def _names_us(post: Post, ours: Ours) -> frozenset[str]:
    return frozenset(name for name in post.names if (post.network, name) in ours)


def conversation_key(
    post: Post, posts: Iterable[Post], ours: Iterable[Handle], *, folded: bool = False
) -> ConversationKey:
    """The conversation of their post. Key it after a look at the thread: without one, the topmost post
    known stands for the root. A redraft at the top of a thread has a new root; see `same_redraft`."""
    thread = put_together((*posts, post))
    author = None if folded else post.author.id
    episode = 0 if folded else _episode(thread, post, by_account(ours))
    return ConversationKey(thread_root(thread, post), author, episode)


def thread_root(thread: Thread, post: Post) -> str:
    """The canonical id of the first post of the thread, as far as it is known."""
    path = [thread.posts[post.id], *thread.above(post.id)]
    told = next((one.root for one in path if one.root), None)
    top = path[-1]
    if told is None or is_top(top):
        return top.id
    return thread.ids.get(told, told)


def _episode(thread: Thread, post: Post, ours: Ours) -> int:
    """How often they and we had been quiet for 30 days before this post."""
    until = thread.at[post.id]
    times = sorted(at for at in spoken(thread, {post.author.id}, ours) if at <= until)
    return sum(1 for earlier, at in pairwise(times) if at - earlier >= QUIET)


def folds(mentions: Iterable[Post]) -> bool:
    """Whether more than ten people spoke within some 24 hours; give it the mentions under one root."""
    posts = sorted(mentions, key=began)
    inside: Counter[str] = Counter()
    first = 0
    for post in posts:
        inside[post.author.id] += 1
        while began(post) - began(posts[first]) > FOLDS_WITHIN:
            inside[posts[first].author.id] -= 1
            first += 1
        if len(+inside) > FOLDS_OVER:
            return True
    return False
