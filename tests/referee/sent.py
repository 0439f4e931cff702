"""3, 4 and 5: nothing is told twice, intent goes before the call, and each call has an outcome."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from tests.referee.lines import GRACE, LEASE, Breach, Line, shown, sure
from tests.referee.listed import could_be_told
from tests.referee.notes import TO_CHANNELS, Message, addressee, clock_of, keys_of, matched
from tests.referee.world import World


def twice(world: World) -> Iterator[Breach]:
    """3: for each key at most one accepted message."""
    for one_ in matched(world):
        if one_.again is not None:
            both = f"{clock_of(one_.again)} and {clock_of(one_.line)}"
            story = f"{addressee(one_.line)} was told the same twice, at {both}."
            yield Breach(3, story, (shown(one_.again), shown(one_.line)))
    keys: dict[tuple[str, ...], Message] = {}
    for one_ in matched(world):
        for key in keys_of(one_.intent):
            former = keys.setdefault(key, one_)
            if former is not one_ and one_.again is None:
                story = f"two messages came for one step: {' / '.join(key)}."
                yield Breach(3, story, (shown(former.line), shown(one_.line)))


def intent_first(world: World) -> Iterator[Breach]:
    """4: each message in Slack has an earlier intent."""
    for one_ in matched(world):
        if one_.intent is None and one_.again is None:
            story = f"a message to {addressee(one_.line)} at {clock_of(one_.line)} was never intended."
            yield Breach(4, story, (shown(one_.line),))
        elif one_.intent and sure(one_.intent["created_at"]) > sure(one_.line["world"]) + timedelta(
            seconds=1
        ):
            story = f"message {one_.intent['id']} stood in Slack before it was intended."
            yield Breach(4, story, (shown(one_.line),))


def outcome(world: World) -> Iterator[Breach]:
    """5: sent stands there once, what was given up does not, unknown has its reason and is told."""
    there = {(line["channel"], line["message"]["ts"]) for line in world.said}
    posted = {one_.intent["id"] for one_ in matched(world) if one_.intent}
    for row in world.lists["outbox"]:
        if row["state"] == "sent" and (row["channel"], row["ts"]) not in there:
            yield Breach(5, f"message {row['id']} is noted as sent, and Slack never took it.", (shown(row),))
        if row["state"] in ("not sent", "dead") and row["id"] in posted:
            yield Breach(
                5, f"message {row['id']} is noted as {row['state']}, and stands in Slack.", (shown(row),)
            )
        if row["state"] == "unknown":
            yield from _unknown(world, row)
        if row["state"] == "sending" and not _killed_after(world, row):
            yield Breach(
                5, f"message {row['id']} is still being sent though nothing was killed.", (shown(row),)
            )


def _unknown(world: World, row: Line) -> Iterator[Breach]:
    at = sure(row["created_at"])
    faults = [
        line
        for line in world.slack
        if line["kind"] == "fault"
        and line["met_by"] == "chat.postMessage"
        and at - GRACE <= sure(line["world"]) <= at + LEASE
    ]
    if not faults and not _killed_after(world, row):
        yield Breach(
            5, f"message {row['id']} is unknown, and no answer was lost and nothing killed.", (shown(row),)
        )
    for one_ in row["shows"]:
        talk = world.talks.get(one_["conversation"])
        same = talk and (talk["status"], talk["wait"]) == ("open", one_["wait"])
        if talk and same and not _told_after(world, talk, at):
            story = f"message {row['id']} may not have come, and {talk['id']} was in no later message."
            yield Breach(5, story, (shown(row),))


def _killed_after(world: World, row: Line) -> bool:
    return any(sure(line["world"]) >= sure(row["created_at"]) - GRACE for line in world.killed)


def _told_after(world: World, talk: Line, at: datetime) -> bool:
    """Whether a later message told of it, or may have: then what became of that is asked in its own turn."""
    after = [row for row in world.lists["outbox"] if sure(row["created_at"]) > at]
    later = [row for row in after if row["state"] == "sent"]
    tried = [row for row in after if row["state"] in ("sent", "unknown")]
    told = any(one_["conversation"] == talk["id"] for row in tried for one_ in row["shows"])
    # Until the next digest came there was no occasion; for what no digest may show, until its owner's day.
    occasions = [sure(row["created_at"]) for row in later if row["kind"] in TO_CHANNELS]
    if talk["private"]:
        occasions = [then for then in occasions if could_be_told(world, talk, at, then)]
    return told or not occasions
