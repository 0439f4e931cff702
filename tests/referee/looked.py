"""6: whoever is told of somebody who waits is told right after a look, and not after the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from tests.referee.asked import is_look, is_shown_to_us, lists_own
from tests.referee.kept import our_replies
from tests.referee.lines import GRACE, Breach, Line, shown, sure
from tests.referee.notes import addressee, clock_of, matched
from tests.referee.waits import Known, waiting
from tests.referee.world import NEVER, Post, World

FRESH = timedelta(seconds=60)
LOOKED_FOR = frozenset({"question", "kindly", "nudge", "last word", "news", "returned", "own digest"})
"""The kinds of messages that speak of somebody who waits, and need a look."""


def after_the_answer(world: World) -> Iterator[Breach]:
    """6: each note rests on a complete look in the minute before, by which the person waited."""
    for one_ in matched(world):
        row = one_.intent
        if row is None or row["kind"] not in LOOKED_FOR or not row["person"]:
            continue
        for about_ in row["shows"]:
            if about_["conversation"] in world.talks:
                yield from _looked(world, one_.line, row, world.talks[about_["conversation"]])


def _looked(world: World, line: Line, row: Line, talk: Line) -> Iterator[Breach]:
    own = {id for id, mark in world.marks.items() if mark["conversation_id"] == talk["id"]}
    if not own or world.kinds.get(talk["network"]) == "feed":  # there is nothing to look at
        return
    thread = [post for id in {world.roots[id] for id in own} for post in world.threads[id]]
    whole = {post.id for post in thread}
    since = sure(row["created_at"]) - FRESH - GRACE
    window = [each for each in world.answers if sure(each["world"]) >= since and each["seq"] < line["seq"]]
    looks = [each for each in window if is_look(world, each, whole)]
    if not looks:
        when = f"at {clock_of(line)} without a look in the minute before"
        story = f"{addressee(line)} was told of {talk['id']} {when}."
        yield Breach(6, story, (shown(line),))
        return
    start = looks[0]
    before = [post for post in thread if _may_be_known(world, post, start, line)]
    there = [post for post in before if _stood(world, post, start)]
    # A reply answers what it descends from: what hangs below their other posts answers nothing that waits,
    # and what hung below one that is gone is shown nowhere any more.
    # What of theirs nobody had read cannot be asked for.
    unread = {id for id in own - _asked_for(looks) if world.first_seen.get(id, NEVER) >= line["seq"]}
    asked = {post.id for post in there} & ((_waits(world, before, start, line) & own) or own) - unread
    unseen = _unseen(world, there, asked, looks)
    if unseen:
        story = f"the look before {addressee(line)} was told of {talk['id']} did not see all of the thread."
        yield Breach(6, story, (shown(start), *(shown(post.line) for post in unseen), shown(line)))
    yield from _was_waiting(world, line, talk, thread, looks)
    yield from _read_own_posts(world, line, row, talk)


def _stood(world: World, post: Post, look: Line) -> bool:
    """Whether it stood on the server that was asked, when it was asked."""
    server = look.get("server")
    was_away = any(went < look["seq"] < back for went, back in post.away)
    return world.came(post, server) < look["seq"] < world.went(post, server) and not was_away


def _may_be_known(world: World, post: Post, look: Line, line: Line) -> bool:
    """It had come to the server that was asked, and to one of our keys there where it is private; or another
    showed it before the message."""
    reaches_us = post.is_open or is_shown_to_us(world, post)
    came = reaches_us and world.came(post, look.get("server")) < look["seq"]
    return came or (post.seq < look["seq"] and world.first_seen.get(post.id, NEVER) < line["seq"])


def _unseen(world: World, there: list[Post], own: set[str], looks: list[Line]) -> list[Post]:
    """What hung below their posts, openly, and did not stand in the look."""
    seen = {id for each in looks for id in each["shown"]}
    asked = _asked_for(looks)
    return [
        post
        for post in there
        if _hangs_below(world, post, own, looks[0]) and post.id not in seen | asked and post.is_open
    ]


def _asked_for(looks: list[Line]) -> set[str]:
    return {part for each in looks for part in (*re.split(r"[/.]", each["path"]), *each.get("asks", ()))}


def _hangs_below(world: World, post: Post, own: set[str], look: Line) -> bool:
    """Whether a look shows it below one of them: by pointers it does not where one between is gone."""
    for upper in world.above(post):
        if upper.id in own:
            return True
        if not post.thread and not _stood(world, upper, look):
            return False
    return False


def _was_waiting(
    world: World, line: Line, talk: Line, thread: list[Post], looks: list[Line]
) -> Iterator[Breach]:
    """By the first look of that minute, or by the last where they wrote between the two."""
    own = {id for id, mark in world.marks.items() if mark["conversation_id"] == talk["id"]}
    start = looks[0]
    for look in (start, looks[-1]):
        before = [post for post in thread if _may_be_known(world, post, look, line)]
        if _waits(world, before, look, line) & own:
            return
    story = f"{addressee(line)} was told at {clock_of(line)} that {talk['id']} waits, after the answer."
    yield Breach(6, story, (*our_replies(world, own), shown(start), shown(line)))


def _waits(world: World, before: list[Post], start: Line, told: Line) -> set[str]:
    """What waited at that look, or when it was told where the clock was set back between. Their own deleted
    posts may not be known as gone yet; ours that are gone may still count."""
    gone = frozenset(post.id for post in before if post.gone and post.gone[0] < start["seq"])
    ids, at = frozenset(post.id for post in before), min(sure(start["world"]), sure(told["world"]))
    known = (Known(at, ids, gone), Known(at, ids))
    return set().union(*(waiting(world, before, each) for each in known))


def _read_own_posts(world: World, line: Line, row: Line, talk: Line) -> Iterator[Breach]:
    """The posts of the one who is told were read as well; such a reading serves looks for a minute."""
    for account, handles in world.ours.items():
        if not any(handle["teammate_id"] == row["person"] for handle in handles):
            continue
        ids = {handle["author_id"] for handle in handles}
        if not any(one_["kind"] == "own" and one_["account"] in ids for one_ in world.lists["sources"]):
            continue
        since = sure(row["created_at"]) - 2 * FRESH - GRACE
        is_told = talk["network"] == "mastodon" or talk["network"] in world.kinds
        if is_told and not any(
            lists_own(each, account) and sure(each["world"]) >= since and each["seq"] < line["seq"]
            for each in world.answers
        ):
            story = f"{addressee(line)} was told of {talk['id']}, and their own posts were not read before."
            yield Breach(6, story, (shown(line),))
