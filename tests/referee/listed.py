"""8 and 10: who waits is told of, and what is shown is not stale."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from tests.referee.lines import Breach, Line, moment, shown, sure
from tests.referee.notes import LINES_OF_A_NOTE, TO_CHANNELS, matched
from tests.referee.waits import Known, covered_by, thanks, waiting
from tests.referee.world import NEVER, World


def forgotten(world: World) -> Iterator[Breach]:
    """8: who waits beyond a working day is in the last digest or had a note; the digest's count is true."""
    digests = [
        row
        for row in world.lists["outbox"]
        if row["kind"] in TO_CHANNELS and row["state"] in ("sent", "unknown")
    ]
    for row in digests:
        yield from _counted(world, row)
    if not digests:
        return
    last = digests[-1]
    at = sure(last["created_at"])
    listed = {one_["conversation"] for one_ in last["shows"]}
    noted = {
        one_["conversation"]
        for row in world.lists["outbox"]
        if row["person"] and row["state"] in ("sent", "unknown")
        for one_ in row["shows"]
    }
    for talk in world.talks.values():
        opened = moment(talk["opened_at"]) or moment(talk["created_at"])
        waits = talk["status"] == "open" and talk["lane"] == "to us" and not talk["forgotten"]
        if not waits or opened is None or talk["id"] in listed | noted or _only_thanks(world, talk):
            continue
        # Whoever took it from a list knows of it, and is reminded once the promise passed from then on.
        held = moment(talk.get("held_since")) or opened
        known = max(opened, sure(talk["created_at"]), held, *_openings(world, talk))
        if could_be_told(world, talk, known, at):
            story = f"{talk['id']} waits since {str(opened)[:16]}, and is in no digest and no note."
            yield Breach(8, story, (shown(talk), shown(last)))


def _openings(world: World, talk: Line) -> list[datetime]:
    """When it came to wait, which what is put on the list by hand does long after it was said."""
    moves = [line for line in world.journal if line["conversation_id"] == talk["id"]]
    return [
        sure(line["at"])
        for line in moves
        if line["after"].startswith("open ") and not line["before"].startswith("open ")
    ]


def could_be_told(world: World, talk: Line, start: datetime, end: datetime) -> bool:
    """Whether a working day passed between. Of what is private its owner alone is told, of a few a day; who
    that is does not stand here, so the days are those on which everybody works."""
    if not talk["private"]:
        return _working_days(start, end, {1, 2, 3, 4, 5}) >= 1
    since = max([start, *_own_times(world)])
    private = sum(one_["private"] for one_ in world.talks.values())
    days = set.intersection(*(set(person["days"]) for person in world.people.values()))
    # One day more than that takes: something else may ring them first.
    return _working_days(since, end, days) > 1 + private // LINES_OF_A_NOTE


def _working_days(start: datetime, end: datetime, days: Collection[int]) -> int:
    between = (start + timedelta(days=ahead) for ahead in range(1, max(0, (end - start).days) + 1))
    return sum(day.isoweekday() in days for day in between)


def _own_times(world: World) -> Iterator[datetime]:
    """When people told the bot when they may be told: of what is private nobody is told but one of them."""
    for line in world.slack:
        said = line["act"]["payload"].get("text", "") if line["kind"] == "act" else ""
        if str(said).startswith(("pause", "resume", "stop", "hours ", "away ", "back", "quiet ")):
            yield sure(line["world"])


def _counted(world: World, row: Line) -> Iterator[Breach]:
    for one_ in matched(world):
        if one_.intent is row and row["kind"] == "digest":
            number = re.search(r"\d[\d,]*", one_.line["message"]["text"])
            told = int(number[0].replace(",", "")) if number else 0
            if told != row["total"]:
                story = f"the digest of {row['day']} says {told}, and {row['total']} waited."
                yield Breach(8, story, (shown(one_.line),))
    if row["kind"] != "digest":
        return
    at = sure(row["created_at"])
    could_be, surely = _open_at(world, at, *_around(world, row))
    # Thanks wait for nobody. Where it is not told what stood there by then, either count may be true.
    thanked = {talk: _thanked_by(world, talk, at) for talk in could_be}
    most = sum(told is not True for told in thanked.values())
    least = sum(told is False for talk, told in thanked.items() if talk in surely)
    if not least <= row["total"] <= most:
        story = f"the digest of {row['day']} counts {row['total']}, and {most} were open then."
        yield Breach(8, story, (shown(row),))


def _around(world: World, row: Line) -> tuple[datetime, datetime]:
    """The latest time before a message was posted, and the earliest one afterwards: where the clock was set
    back, the first is after the second."""
    lines = [*world.slack, *world.network]
    at = sure(row["created_at"])
    posted = [one_.line["seq"] for one_ in matched(world) if one_.intent is row]
    then = [line["seq"] for line in lines if sure(line["world"]) >= at]
    seq = min(posted or then, default=NEVER)
    moved = max((line["seq"] for line in lines if line["kind"] == "clock" and line["seq"] < seq), default=0)
    before = [sure(line["world"]) for line in lines if line["seq"] < moved]
    after = [sure(line["world"]) for line in lines if line["seq"] > seq]
    return max([at, *before]), min(after, default=world.end)


def _open_at(world: World, at: datetime, ahead: datetime, back_to: datetime) -> tuple[set[str], set[str]]:
    """Which conversations may have been open then, openly, by the journal, and which surely were: where the
    clock was set back, what it says of times up to `ahead` may have come before, of those from `back_to` on
    afterwards."""
    may_be: defaultdict[str, list[bool]] = defaultdict(lambda: [False])
    for line in world.journal:
        was = sure(line["at"])
        if was <= ahead:
            if was <= at and was < back_to:
                may_be[line["conversation_id"]].clear()
            may_be[line["conversation_id"]].append(line["after"].startswith("open "))
    openly = {id: states for id, states in may_be.items() if not _is_private(world, id)}
    return {id for id in openly if any(openly[id])}, {id for id in openly if all(openly[id])}


def _thanked_by(world: World, talk: str, at: datetime) -> bool | None:
    """Whether all that waited there by then thanks for a reply of ours and asks nothing; None where that is
    not known: words were edited since, or what is known of the thread had changed already."""
    own = {id for id, line in world.marks.items() if line["conversation_id"] == talk}
    known = frozenset(id for id, seen in world.shown_at.items() if seen <= at)
    gone = frozenset(
        id for id, line in world.marks.items() if line["gone_at"] and sure(line["gone_at"]) <= at
    )
    thread = [post for root in {world.roots[id] for id in own} for post in world.threads[root]]
    waits = waiting(world, thread, Known(at, known, gone)) & own
    wanted = covered_by(world, world.presses(before=at), {"wants an answer"})
    told = {thanks(world, world.posts[id], known, wanted) for id in waits}
    replies = [one for one in thread if one.id in known and world.is_ours(one)]
    if any(waits & {upper.id for upper in world.above(reply, known)} for reply in replies):
        return None
    if not waits or (len(told) == 1 and any(len(world.posts[id].texts) > 1 for id in waits)):
        return None if any(thanks(world, world.posts[id], world.posts, wanted) for id in own) else False
    return told == {True}


def _only_thanks(world: World, talk: Line) -> bool:
    """All that waits there thanks for a reply of ours and asks nothing."""
    wanted = covered_by(world, world.presses(before=world.end), {"wants an answer"})
    found = [world.posts.get(world.ids.get(mark, "")) for mark in talk["uncovered"]]
    return bool(found) and all(post and thanks(world, post, world.posts.keys(), wanted) for post in found)


def _is_private(world: World, talk: str) -> bool:
    """Also by the post that it began with, which a deletion and its redraft may have moved to another."""
    one = world.talks[talk]
    began = next((post for post in world.lists["posts"] if post["id"] == one.get("root")), None)
    return bool(one["private"] or (began and began.get("visibility", "public") not in ("public", "unlisted")))


def stale(world: World) -> Iterator[Breach]:
    """10: each move that a press caused carries the wait that was current then."""
    for line in world.journal:
        if not line["press_id"] or not line["before"]:
            continue
        current = line["before"].split()[1]
        if str(line["wait"]) != current:
            moved = f"moved {line['conversation_id']}, where wait {current} stood"
            story = f"a press for wait {line['wait']} {moved}."
            yield Breach(10, story, (shown(line),))
