"""Who waits, in the plainest way: written afresh from what was agreed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, combinations, product

from tests.referee.asked import goes_on, hears, is_look, is_not_there, listening, lists_mentions, lists_own
from tests.referee.lines import Line, moment, sure
from tests.referee.world import NEVER, Post, World

REDRAFT = timedelta(minutes=60)
TWICE_GONE = timedelta(minutes=10)
BEGINS_ANEW = timedelta(hours=1)
RESTS = timedelta(days=7)
MOST_UNSURE = 8
SETTLING = frozenset(
    {"elsewhere", "already", "not needed", "let go", "spam", "good ending", "community", "an answer"}
)
TAKING = frozenset({"claim", "yes", "assign"})
MACHINES = frozenset({"ifttt", "zapier", "make", "integromat", "n8n"})
ASKS = re.compile("[?\u00bf\u037e\u055e\u061f\u1367\u1945\u203d\u2047\u2048\u2049\u2cfa\ua60f\ufe56\uff1f]")


@dataclass(frozen=True)
class Known:
    """What is known at a moment: which posts, which of them are known to be gone, and whether also when these
    went. And whether what answers a post was read before that was edited: then it carries only the names of
    the first words along."""

    at: datetime
    posts: frozenset[str]
    gone: frozenset[str] = frozenset()
    before_edits: bool = False
    when_gone: bool = False


def is_to_us(world: World, post: Post, known: Known) -> bool:
    """It is said to us, or where all that is said is; but there talk below something of ours is theirs."""
    author = world.accounts[post.author]
    if world.is_ours(post) or author.get("bot") or author.get("member"):
        return False
    above = (upper for upper in world.above(post, known.posts) if upper.id in known.posts)
    in_a_room = post.line["network"] in world.rooms and not any(map(world.is_ours, above))
    return in_a_room or _speaks_to_us(world, post, known)


def _speaks_to_us(world: World, post: Post, known: Known) -> bool:
    """It answers one of ours, or names us where what it answers did not; going on is to us as well."""
    lower = post
    for upper in world.above(post, known.posts):
        is_known = upper.id in known.posts
        if world.is_ours(upper) and (is_known or lower.line["network"] in world.naming):
            return True
        if not is_known:
            break
        if world.accounts[upper.author].get("member"):
            return True
        # Only who answers by a pointer carries names along, and that not everywhere.
        names = upper.line.get("mentions", ()) if known.before_edits else upper.named
        carries = not lower.thread and lower.line["network"] not in world.bare
        if _names_us(world, lower) - set(map(str, names) if carries else ()):
            return True
        if upper.author != post.author:
            return False
        lower = upper
    return bool(_names_us(world, lower))


def _names_us(world: World, post: Post) -> set[str]:
    return {who for who in post.named if who in world.ours}


def answers(world: World, reply: Post, post: Post, known: Known) -> bool:
    """Whether our reply surely answers their post: it hangs below it, with only them and us between."""
    if not world.is_ours(reply) or _is_machine(world, reply):
        return False
    if reply.id in known.gone and reply.gone and known.at >= reply.gone[1] + REDRAFT:
        return False
    between: set[str] = set()
    for upper in world.above(reply, known.posts):
        if upper.id not in known.posts:
            return False
        if upper.id == post.id:
            return between <= {post.author} or post.author in reply.named
        # By order alone nobody answers what had gone before they wrote; when it went may not be known.
        had_gone = upper.id in known.gone and upper.gone and upper.gone[0] < reply.seq and upper.thread
        if not (had_gone and known.when_gone) and not world.is_ours(upper):
            between.add(upper.author)
    return False


def _is_machine(world: World, reply: Post) -> bool:
    """An automation wrote it, or three others of ours said the same within seven days."""
    client = set(re.findall(r"\w+", str(reply.line.get("application") or "").casefold()))
    words = _plain(reply.texts[-1])
    alike = [
        each
        for each in world.posts.values()
        if each.seq < reply.seq
        and reply.created - each.created <= RESTS
        and world.is_ours(each)
        and words
        and _plain(each.texts[-1]) == words
    ]
    return bool(client & MACHINES) or len(alike) >= 3


def _plain(text: str) -> str:
    return " ".join(re.sub(r"@\S+", " ", text).casefold().split())


def rests(world: World, post: Post, known: Known, wanted: Collection[str]) -> bool:
    """Thanks for a reply of ours, that ask nothing, rest after seven days."""
    return known.at >= post.created + RESTS and thanks(world, post, known.posts, wanted)


def thanks(world: World, post: Post, known: Collection[str], wanted: Collection[str]) -> bool:
    """It stands below a reply of ours to its author and asks nothing; nobody said that it wants an answer."""
    if post.id in wanted or ASKS.search(re.sub(r"https?://\S+", " ", post.texts[-1])):
        return False
    for upper in world.above(post, known):
        if world.is_ours(upper):
            return any(one.author == post.author for one in world.above(upper, known))
        if upper.author != post.author:
            return False
    return False


def waiting(world: World, thread: Iterable[Post], known: Known) -> set[str]:
    """The posts of a thread that wait for one of us."""
    here = [post for post in thread if post.id in known.posts]
    pressed = world.presses(before=known.at)
    settled = covered_by(world, pressed, SETTLING)
    denied = {world.ids.get(line["post"] or "", "") for line in pressed if line["verb"] == "not an answer"}
    taken, wanted = _taken(world, pressed), covered_by(world, pressed, {"wants an answer"})
    added = _added(world)
    replies = [post for post in here if world.is_ours(post) and post.id not in denied]
    return {
        post.id
        for post in here
        if (is_to_us(world, post, known) or post.id in taken or _goes_on_below(world, post, known, added))
        and post.id not in known.gone | settled
        and not any(answers(world, reply, post, known) for reply in replies)
        and not rests(world, post, known, wanted)
    }


def covered_by(world: World, pressed: Iterable[Line], verbs: Collection[str]) -> set[str]:
    return {world.ids.get(mark, "") for line in pressed if line["verb"] in verbs for mark in line["covers"]}


def _taken(world: World, pressed: Iterable[Line]) -> set[str]:
    """What stood in the room and was taken, or was put on the list by hand."""
    nobody_waited = [line for line in pressed if line["wait"] == 0 and line["verb"] in TAKING]
    taken = {line["conversation_id"] for line in nobody_waited}
    marks = {id: line["conversation_id"] for id, line in world.marks.items() if line["lane"]}
    return _added(world) | {id for id, talk in marks.items() if talk in taken}


def _added(world: World) -> set[str]:
    """What was put on the list by hand: that it is to us. Where somebody waited already, or all of a thread
    stands otherwise by then, what was typed tells of it."""
    by_hand = {line["conversation_id"] for line in world.journal if line["face"] == "add"}
    to_us = {id: line["conversation_id"] for id, line in world.marks.items() if line["lane"] == "to us"}
    return {id for id, talk in to_us.items() if talk in by_hand or id in world.added}


def _goes_on_below(world: World, post: Post, known: Known, added: Collection[str]) -> bool:
    """They say it below what of theirs was put on the list."""
    for upper in world.above(post, known.posts):
        if upper.id not in known.posts or upper.author != post.author:
            return False
        if upper.id in added:
            return True
    return False


def outcomes(world: World, thread: Sequence[Post], at: datetime) -> list[set[str]] | None:
    """Who waits at the end, for every way in which what may be unknown could be known; None for too many."""
    posts = {post.id for post in thread}
    unsure = {("post", post.id) for post in thread if not _must_be_known(world, post)}
    gone = {post.id for post in thread if post.gone}
    unsure |= {("gone", id) for id in gone if not _is_surely_gone(world, world.posts[id])}
    unsure |= {
        ("post", post.id) for post in thread if _came_between(world, post) or _left_unkept(world, post)
    }
    if len(unsure) > MOST_UNSURE:
        return None
    edited = any(len(post.named) > len(post.line.get("mentions", ())) for post in thread)
    went = any(post.thread and post.gone for post in thread)
    found = []
    for missing in chain.from_iterable(combinations(sorted(unsure), size) for size in range(len(unsure) + 1)):
        known = frozenset(posts - {id for kind, id in missing if kind == "post"})
        known_gone = frozenset(gone - {id for kind, id in missing if kind == "gone"})
        both = product({False, edited}, {False, went})
        views = [Known(at, known, known_gone, *each) for each in both]
        found += [waiting(world, thread, view) for view in views]
    return found


def _came_between(world: World, post: Post) -> bool:
    """Whether it was away when what stands below it by order alone was first shown: that was judged without
    it."""
    below = (each for each in world.in_order.get(post.thread, ()) if each.place > post.place)
    shown = [world.first_seen[each.id] for each in below if each.id in world.first_seen]
    return any(went < seq < world.first_seen.get(post.id, NEVER) for went, _ in post.away for seq in shown)


def _left_unkept(world: World, post: Post) -> bool:
    """Whether it stood between by order alone and was gone before that thread concerned us: then nobody here
    knows of it."""
    if post.id in world.marks or not (post.thread and post.gone) or world.is_ours(post):
        return False
    kept = (world.marks[each.id] for each in world.in_order[post.thread] if each.id in world.marks)
    talks = [world.talks[line["conversation_id"]] for line in kept if line["conversation_id"]]
    return bool(talks) and all(sure(talk["created_at"]) > post.gone[1] for talk in talks)


def _must_be_known(world: World, post: Post) -> bool:
    """It stood in an answer, or a list that holds it was read whole after it came. What was asked for alone
    need not be remembered."""
    if post.gone and post.id not in world.first_shown:
        return False
    if post.id in world.seen:
        return True
    if post.gone:
        return False
    seq = max([post.seq, *(seq for who, (seq, _) in post.named.items() if who in world.ours)])
    hearing = [who for who in post.named if who in world.ours and hears(world, who)]
    return any(
        line["seq"] > seq
        and (lists_mentions(world, line, hearing) or lists_own(line, post.author))
        and (post.is_open or bool(line["who"]))
        for line in world.answers
    ) or _stands_below_ours(world, post)


def _stands_below_ours(world: World, post: Post) -> bool:
    """Those below whose post it stands were told, that account's threads are watched, and its posts were read
    since; where nothing above it is gone, or was before anybody read it, its thread was read with them."""
    line = [post, *world.above(post)]
    if any(one.gone for one in line[1:]) or any(one.parent != (one.line["parent"] or "") for one in line):
        return False
    watched = [who for who in post.told if listening(world, who)]
    since = (line for line in world.answers if line["seq"] > post.seq)
    return any(lists_own(line, who) for line in since for who in watched)


def _is_surely_gone(world: World, post: Post) -> bool:
    """The network said twice, ten minutes apart, that it is not there, also by a topic without it; and by
    another post known from that server it could be told from one that shows nothing any more."""
    if post.gone is None:
        return False
    missed = [
        sure(line["world"])
        for line in world.requests
        if line["seq"] > post.gone[0]
        and (is_not_there(line, post) or goes_on(line, post))
        and _has_witness(world, post, line)
    ]
    return _twice(missed) and (not world.is_ours(post) or _was_looked_at(world, post))


def _twice(missed: list[datetime]) -> bool:
    """Whether it was missed twice, ten minutes apart; after an hour that begins anew."""
    first = None
    for at in sorted(missed):
        if first is None or at - first > BEGINS_ANEW:
            first = at
        elif at - first >= TWICE_GONE:
            return True
    return False


def _has_witness(world: World, post: Post, missed: Line) -> bool:
    """Whether the server that was asked ever showed another post that is known here and stands."""
    stand = {id for id in world.marks if id != post.id and not world.posts[id].gone}
    there = (line for line in world.requests if line.get("server") == missed.get("server"))
    return any(not stand.isdisjoint(line["shown"]) for line in there)


def _was_looked_at(world: World, post: Post) -> bool:
    """Whether the thread of ours was looked at since it is gone. It may have been asked for alone, to see
    whether the server answers at all: long after an answer its thread is looked at every third day."""
    thread = {each.id for each in world.threads[world.roots[post.id]]}
    since = (line for line in world.requests if post.gone and line["seq"] > post.gone[0])
    return any(is_look(world, line, thread) for line in since)


def is_watched(world: World, post: Post) -> bool:
    """Whether a Source had to find it, for our account or where all is watched, and it is no history."""
    rooms = (one for one in world.lists["sources"] if one["network"] in world.rooms and not one["account"])
    starts = [moment(one["history_before"]) for one in rooms if post.line["network"] == one["network"]]
    if any(before and post.created >= before for before in starts):
        return True
    named = [(who, at, {"mentions"}) for who, (_, at) in post.named.items()]
    told = [(who, post.created, {source["kind"] for source in world.lists["sources"]}) for who in post.told]
    for who, at, kinds in (*named, *told):
        there = (source for source in listening(world, who) if source["kind"] in kinds)
        starts = (moment(source["history_before"]) for source in there)
        if any(before and at >= before for before in starts):
            return True
    return False
