"""Which of our replies answers which mention, and how sure that is; no clocks are compared here."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from bot.domain.model import Evidence, Facts, Handle, Lane, Post, Sign, Strength, WriteBack
from bot.domain.threads import QUIET, Thread, began

REPEATS_WITHIN = timedelta(days=7)
REPEATS = 3
AUTOMATIONS = frozenset({"ifttt", "zapier", "make", "integromat", "n8n"})
FORGE_APP = re.compile(r"^(app|github app|gitlab app|forgejo app|gitea app)\b|\[bot\]$")
LINK = re.compile(r"https?://\S+")
HANDLE = re.compile(r"@\S+")
# Latin, inverted, Armenian, Arabic, Ethiopic, Limbu, Coptic, Vai, Bamum, doubled, with an exclamation mark,
# reversed, small, full-width, ornamental and vertical question marks.
MARKS = re.compile(
    r"[?\u00bf\u055e\u061f\u1367\u1945\u2cfa\u2cfb\ua60f\ua6f7\u2047\u2048"
    r"\u2049\u203d\u2e2e\u2e18\ufe56\uff1f\u2753\u2754\ufe16]"
)
# In Greek the semicolon is the question mark; U+037E is its own code point and may stand anywhere.
GREEK = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff][)\"'»\s]*;|\u037e")

Ours = dict[tuple[str, str], list[Handle]]


def by_account(handles: Iterable[Handle]) -> Ours:
    """Our handles by (network, immutable author id)."""
    found: Ours = {}
    for handle in sorted(handles, key=lambda h: (h.teammate is None, h.teammate or "", h.id)):
        found.setdefault((handle.network, handle.author_id), []).append(handle)
    return found


def ours_at(post: Post, ours: Ours) -> Handle | None:
    """The handle of ours that wrote the post, if the account was ours on that day."""
    for handle in ours.get((post.network, post.author.id), ()):
        after = handle.since is None or handle.since <= post.created_at
        before = handle.until is None or post.created_at < handle.until
        if after and before:
            return handle
    return None


def asks(text: str) -> bool:
    """Whether the words hold a question mark of any script; the marks inside links do not count."""
    words = LINK.sub(" ", text)
    return bool(MARKS.search(words) or GREEK.search(words))


def is_automation(client: str | None) -> bool:
    """Whether the post was sent by IFTTT, Zapier, Make, n8n or an app of the forge."""
    name = (client or "").casefold().strip()
    return bool(AUTOMATIONS & set(re.findall(r"[\w']+", name)) or FORGE_APP.search(name))


def find_mentions(thread: Thread, facts: Facts, ours: Ours) -> dict[str, Lane]:
    """Their posts that concern us: those that a Watch matched, and what they went on to say to us.

    Our own posts, those of accounts marked as bots, and what the network marks as settling it are left out.
    What follows counts from the first matched post on (older posts are history), up to 30 quiet days.
    """
    found: dict[str, Lane] = {}
    for id, lane in facts.mentions:
        post = thread.posts.get(thread.ids.get(id, ""))
        if post and _is_theirs(post, facts.them, ours):
            found[post.id] = Lane.closest((lane, found.get(post.id))) or lane
    if not found:
        return {}  # all of it went to another conversation
    people = {facts.them} if facts.them else {thread.posts[id].author.id for id in found}
    for post in list(_going_on(thread, people, set(found), ours)):
        if found.get(post.id) != Lane.TO_US and _speaks_to_us(thread, post, found, ours):
            found[post.id] = Lane.TO_US
    return found


def _is_theirs(post: Post, them: str | None, ours: Ours) -> bool:
    by_them = them is None or post.author.id == them
    return by_them and _speaks(post, ours)


def _speaks(post: Post, ours: Ours) -> bool:
    """Whether it is a word of somebody outside: what closes or solves a thread waits for nobody."""
    return not (post.author.is_bot or post.sign or ours_at(post, ours))


def _going_on(thread: Thread, people: Collection[str | None], given: set[str], ours: Ours) -> Iterator[Post]:
    """Their posts from the first matched one on, causes first, until 30 days pass with no word."""
    first = min((thread.at[id] for id in given), default=None)
    times = sorted(spoken(thread, people, ours))
    since = [at for at in times if first is None or at >= first]
    last = since[0] if since else None
    for at in since:
        if last is not None and at - last >= QUIET:
            break
        last = at
    for post in thread.posts.values():
        theirs = post.author.id in people and _speaks(post, ours)
        timely = last is not None and (first or thread.at[post.id]) <= thread.at[post.id] <= last
        if theirs and (timely or post.id in given):
            yield post


def spoken(thread: Thread, people: Collection[str | None], ours: Ours) -> Iterator[datetime]:
    """When these people spoke in the thread, and when we answered below them."""
    for post in thread.posts.values():
        answers = ours_at(post, ours) and any(upper.author.id in people for upper in thread.above(post.id))
        if post.author.id in people or answers:
            yield thread.at[post.id]


def _speaks_to_us(thread: Thread, post: Post, found: dict[str, Lane], ours: Ours) -> bool:
    for upper in thread.above(post.id):
        if ours_at(upper, ours):
            return True
        if upper.author.id != post.author.id:
            return False
        if found.get(upper.id) == Lane.TO_US:
            return True
    return False


def find_answers(
    thread: Thread, mentions: Collection[str], ours: Ours, *, maybe_at_most: bool, pointing: bool = False
) -> list[Evidence]:
    """Our replies as evidence, causes first; one that is sure for some and not for others is two rows.

    Where posts are `pointing` to what they answer, the order of those that do not proves little.
    """
    found: list[Evidence] = []
    for post in thread.posts.values():
        handle = ours_at(post, ours)
        if handle is None:
            continue
        sure, unsure = _covered(thread, post, mentions, ours, pointing=pointing)
        if maybe_at_most or is_automation(post.client) or _repeats(thread, post, ours):
            sure, unsure = set(), sure | unsure
        for strength, covered in ((Strength.STRONG, sure), (Strength.MAYBE, unsure)):
            if covered:
                found.append(_evidence(post, handle, strength, frozenset(covered)))
    return found


def _evidence(post: Post, handle: Handle, strength: Strength, covered: frozenset[str]) -> Evidence:
    return Evidence(
        post=post.id,
        url=post.url,
        by=handle.teammate,
        at=post.created_at,
        strength=strength,
        verified=True,
        mentions=covered,
        gone_at=post.gone_at,
    )


def _covered(
    thread: Thread, reply: Post, mentions: Collection[str], ours: Ours, *, pointing: bool
) -> tuple[set[str], set[str]]:
    """The mentions above a reply: sure where only that person and we stand between, or it names them.

    Above a post that does not tell what it answers, where the others do, nothing is.
    """
    sure: set[str] = set()
    unsure: set[str] = set()
    between: set[str] = set()
    lower, is_told = reply, True
    for upper in thread.above(reply.id):
        them = upper.author.id
        is_told = is_told and not (pointing and lower.parent is None)
        if upper.id in mentions:
            # Who closes, merges or is accepted settles it for all of them.
            direct = between <= {them} or reply.sign is not None
            (sure if is_told and (direct or them in reply.names) else unsure).add(upper.id)
        if not ours_at(upper, ours):
            between.add(them)
        lower = upper
    return sure, unsure


def _repeats(thread: Thread, reply: Post, ours: Ours) -> bool:
    """Whether the reply says what three earlier posts of ours said within the last seven days."""
    words = _words(reply)
    if not words:
        return False
    earlier = [
        post
        for post in thread.posts.values()
        if (post.created_at, post.id) < (reply.created_at, reply.id)
        and reply.created_at - post.created_at <= REPEATS_WITHIN
        and ours_at(post, ours)
        and _words(post) == words
    ]
    return len(earlier) >= REPEATS


def wording(post: Post) -> str | None:
    """A hash of what the post says, equal for posts that only differ in case, space and who is named."""
    words = _words(post)
    return hashlib.sha256(words.encode(errors="replace")).hexdigest() if words else None


def _words(post: Post) -> str:
    return " ".join(HANDLE.sub(" ", post.text).casefold().split())


def find_write_backs(thread: Thread, mentions: Collection[str], ours: Ours) -> list[WriteBack]:
    """Their posts that answer a reply of ours to them, also through their own posts; oldest first."""
    found = []
    for id in mentions:
        post = thread.posts[id]
        reply = _answered(thread, post, ours)
        if reply and post.gone_at is None and not _was_quiet(thread, reply, post, ours):
            handle = ours_at(reply, ours)
            by = handle.teammate if handle else None
            found.append(WriteBack(id, reply.id, by, began(post), asks(post.text)))
    return sorted(found, key=lambda back: (thread.at[back.post], back.post))


def _was_quiet(thread: Thread, reply: Post, post: Post, ours: Ours) -> bool:
    """Whether nobody spoke for 30 days between the two: then it begins a new conversation."""
    times = spoken(thread, {post.author.id}, ours)
    between = sorted(at for at in times if thread.at[reply.id] <= at <= thread.at[post.id])
    return any(later - earlier >= QUIET for earlier, later in pairwise(between))


def _answered(thread: Thread, post: Post, ours: Ours) -> Post | None:
    for upper in thread.above(post.id):
        if ours_at(upper, ours):
            to_them = any(one.author.id == post.author.id for one in thread.above(upper.id))
            return upper if to_them else None
        if upper.author.id != post.author.id:
            return None
    return None


def find_sign(thread: Thread, waiting: Collection[str], ours: Ours) -> Sign | None:
    """The latest mark of the network's own, on a post that is not ours, below all that waits."""
    settled: set[str] = set()
    latest: Sign | None = None
    for post in thread.posts.values():
        below = {upper.id for upper in thread.above(post.id)} & set(waiting) if post.sign else set()
        if below and post.sign and post.gone_at is None and not ours_at(post, ours):
            settled |= below
            latest = Sign(post.id, post.url, post.sign, post.created_at)
    return latest if settled and settled >= set(waiting) else None


def others_replied(thread: Thread, waiting: Collection[str], ours: Ours) -> int:
    """How many other people, neither them nor us, openly replied below a mention that waits."""
    people: set[str] = set()
    above: dict[str, frozenset[str]] = {}
    for id, post in thread.posts.items():
        speaks_below = above.get(thread.parents.get(id, ""), frozenset())
        is_other = not (post.gone_at or post.visibility.is_private or ours_at(post, ours))
        if is_other and speaks_below - {post.author.id}:
            people.add(post.author.id)
        above[id] = speaks_below | {post.author.id} if id in waiting else speaks_below
    return len(people)
