"""17: what stands in Slack shows how things are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from tests.referee.lines import Breach, Line, shown, sure
from tests.referee.notes import standing, strings_in
from tests.referee.pressed import DECIDING
from tests.referee.world import World


def screens(world: World) -> Iterator[Breach]:
    """17: every copy that stands shows how its conversation is."""
    rows = {(row["channel"], row["ts"]): row for row in world.lists["outbox"] if row["ts"]}
    calls = [sure(line["world"]) for line in world.slack if line["kind"] == "call"]
    until = max(calls, default=world.end)
    moved: dict[str, datetime] = {}
    for line in world.journal:
        moved[line["conversation_id"]] = sure(line["at"])
    for line in standing(world):
        row = rows.get((line["channel"], line["message"]["ts"]))
        if row is None:
            continue
        for one_ in row["shows"]:
            talk = world.talks.get(one_["conversation"])
            if talk and moved.get(talk["id"], until) <= until - timedelta(seconds=1):
                yield from _shows(line, row, talk)


def _shows(line: Line, row: Line, talk: Line) -> Iterator[Breach]:
    pressed = [text.split(":") for text in strings_in(line["message"].get("blocks", []))]
    own = [parts for parts in pressed if len(parts) > 2 and parts[1] == talk["id"] and parts[0] in DECIDING]
    is_settled = talk["status"] == "closed" and talk["reason"] is not None
    over = talk["status"] == "answered" or is_settled
    if own and (over or not row["live"]):
        story = f"{talk['id']} is {talk['status']}, and a message about it still offers “{own[0][0]}”."
        yield Breach(17, story, (shown(line), shown(talk)))
    elif any(parts[2] != str(talk["wait"]) for parts in own):
        story = f"{talk['id']} is in wait {talk['wait']}, and a message offers a press for wait {own[0][2]}."
        yield Breach(17, story, (shown(line), shown(talk)))
