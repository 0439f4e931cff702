"""1 and 2: who waits is open here, and one person's posts in a thread are one conversation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta
from itertools import pairwise

from tests.referee.lines import GRACE, Breach, Line, shown, sure
from tests.referee.waits import is_watched, outcomes
from tests.referee.world import NEVER, Post, World

QUIET = timedelta(days=30)


def lost(world: World) -> Iterator[Breach]:
    """1: who waits by the network is who is open here."""
    may_wait: set[str] = set()
    for thread in world.threads.values():
        found = outcomes(world, thread, world.end)
        if found is None:
            may_wait |= {post.id for post in thread}
            continue
        may_wait |= set().union(*found)
        for id in sorted(set.intersection(*found)):
            yield from _kept(world, world.posts[id])
    for talk in world.talks.values():
        if talk["status"] != "open" or talk["lane"] != "to us" or talk["forgotten"]:
            continue
        own = {world.ids[mark] for mark in talk["uncovered"] if mark in world.ids}
        own -= _likely_answered(world, talk)
        if own and not own & may_wait and not any(_is_below_the_forgotten(world, id) for id in own):
            posts = [shown(world.posts[id].line) for id in sorted(own)]
            story = f"conversation {talk['id']} is open, and by the network nobody waits there any more."
            yield Breach(1, story, (*posts, *our_replies(world, own)))


def _likely_answered(world: World, talk: Line) -> set[str]:
    """What is open because a person has to say so, where the network cannot show that it was answered."""
    maybes = talk["maybes"] if talk["network"] in world.guessing else ()
    return {world.ids[mark] for maybe in maybes for mark in maybe["mentions"] if mark in world.ids}


def _is_below_the_forgotten(world: World, id: str) -> bool:
    """Whether it answers what is not kept: then nobody here can tell that it only carries our name along."""
    upper = world.posts.get(world.posts[id].parent)
    return upper is not None and upper.author in world.forgotten


def _kept(world: World, post: Post) -> Iterator[Breach]:
    line = world.marks.get(post.id)
    if line is None:
        if is_watched(world, post) and not is_set_aside(world, post) and post.author not in world.forgotten:
            yield Breach(
                1, f"post {post.id} speaks to us and waits, and is not known here.", (shown(post.line),)
            )
        return
    talk = world.talks.get(line["conversation_id"] or "")
    if talk is None:
        if is_watched(world, post):
            yield Breach(1, f"post {post.id} waits and belongs to no conversation.", (shown(post.line),))
        return
    if talk["status"] == "open" or talk["forgotten"] or _is_put_off(world, talk):
        return
    status = f"{talk['status']} ({talk['reason']})" if talk["reason"] else talk["status"]
    story = f"post {post.id} waits by the network, and its conversation {talk['id']} is {status} here."
    yield Breach(1, story, (shown(post.line), *our_replies(world, {post.id})))


def _is_put_off(world: World, talk: Line) -> bool:
    later = [line for line in world.presses(talk["id"]) if line["verb"] == "later"]
    return talk["status"] == "snoozed" and bool(later) and sure(later[-1]["until"]) > world.end - GRACE


def is_set_aside(world: World, post: Post) -> bool:
    return any(post.id in world.at_home(str(line["ref"])) for line in world.lists["quarantine"])


def our_replies(world: World, ids: Collection[str]) -> list[str]:
    below = [post for post in world.posts.values() if any(upper.id in ids for upper in world.above(post))]
    return [shown(post.line) for post in below if world.is_ours(post)]


def one(world: World) -> Iterator[Breach]:
    """2: a person's posts in one thread are one conversation, and a conversation is one person's; all of
    it stands under one root, or what stands elsewhere is not counted."""
    by_place: defaultdict[tuple[str, str], list[Post]] = defaultdict(list)
    by_talk: defaultdict[str, list[Post]] = defaultdict(list)
    for id, line in world.marks.items():
        if line["conversation_id"] and line["lane"]:
            post = world.posts[id]
            by_place[world.roots[id], post.author].append(post)
            by_talk[line["conversation_id"]].append(post)
    yield from _under_two_roots(world)
    for (_, author), posts in by_place.items():
        ordered = sorted(posts, key=lambda post: post.created)
        for earlier, later in pairwise(ordered):
            talks = [world.marks[post.id]["conversation_id"] for post in (earlier, later)]
            apart = _hidden(world, earlier) != _hidden(world, later) or _folds(world, talks)
            if talks[0] != talks[1] and later.created - earlier.created < QUIET and not apart:
                who = world.accounts[author]["acct"]
                story = (
                    f"what {who} said in one thread stands in two conversations, {talks[0]} and {talks[1]}."
                )
                yield Breach(2, story, (shown(earlier.line), shown(later.line)))
    for talk, posts in by_talk.items():
        authors = {post.author for post in posts}
        if len(authors) > 1 and not _folds(world, [talk]):
            story = f"conversation {talk} is of {len(authors)} people, and it is no fold."
            yield Breach(2, story, tuple(shown(post.line) for post in posts[:3]))


def _under_two_roots(world: World) -> Iterator[Breach]:
    for id, line in world.marks.items():
        talk = world.talks.get(line["conversation_id"] or "", {})
        if line["lane"] and {"root"} <= talk.keys() & line.keys() and talk["root"] != line["root"]:
            story = f"post {id} stands under {line['root']}, and its conversation under {talk['root']}."
            yield Breach(2, story, (shown(world.posts[id].line), shown(line)))


def _hidden(world: World, post: Post) -> set[str]:
    """What is above it and was never shown, being private or gone, or had not come to the server that showed
    it: that it stands in that thread cannot be known."""
    _, server = world.first_shown.get(post.id, (NEVER, post.server))
    return {
        upper.id
        for upper in world.above(post)
        if not (upper.is_open or upper.id in world.first_seen)
        or (upper.gone and upper.id not in world.first_shown)
        or world.came(upper, server) > world.came(post, server)
    }


def _folds(world: World, talks: Iterable[str]) -> bool:
    return any(talk in world.talks and world.talks[talk]["author"] is None for talk in talks)
