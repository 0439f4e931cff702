"""What the bot said in Slack, each message with its row of the outbox."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.referee.lines import GRACE, LEASE, Line, sure
from tests.referee.world import World

TO_CHANNELS = frozenset({"digest", "quiet"})
LINES_OF_A_NOTE = 3
"""Of how many conversations a note tells at the most."""


def about(line: Line) -> set[tuple[str, str]]:
    """The conversations that a message's buttons speak of, each with its wait."""
    found = set()
    for text in strings_in(line["message"].get("blocks", [])):
        parts = text.split(":")
        if len(parts) in (3, 4) and parts[2].isdigit():
            found.add((parts[1], parts[2]))
    return found


def strings_in(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("value"), str):
            yield part["value"]
        for value in part.values():
            yield from strings_in(value)
    elif isinstance(part, list):
        for each in part:
            yield from strings_in(each)


@dataclass
class Message:
    """A message in Slack with the intent that it came from, if one was found."""

    line: Line
    intent: Line | None
    again: Line | None = None


def matched(world: World) -> list[Message]:
    """Each accepted message with its intent: the one that knows it, else one whose outcome is not known."""
    by_place = {(row["channel"], row["ts"]): row for row in world.lists["outbox"] if row["ts"]}
    free = [row for row in world.lists["outbox"] if row["state"] in ("unknown", "sending")]
    found, told = [], []
    for line in world.said:
        row = by_place.get((line["channel"], line["message"]["ts"]))
        if row is None:
            row = next((one for one in free if _may_be(one, line)), None)
            if row is not None:
                free.remove(row)
        twin = next((one.line for one in told if _is_twin(one.line, line)), None)
        found.append(Message(line, row, twin))
        told.append(found[-1])
    return found


def _may_be(row: Line, line: Line) -> bool:
    at, said = sure(row["created_at"]), sure(line["world"])
    talks = {one["conversation"] for one in row["shows"]}
    spoken = {conversation for conversation, _ in about(line)}
    where = row["place"] in (line["channel"], *line.get("rings", ()))
    return where and at - GRACE <= said <= at + LEASE + GRACE and (not spoken or spoken <= talks)


def _is_twin(earlier: Line, later: Line) -> bool:
    both = earlier["message"], later["message"]
    same = both[0]["text"] == both[1]["text"] and about(earlier) == about(later) and bool(about(later))
    near = sure(later["world"]) - sure(earlier["world"]) < timedelta(hours=1)
    return same and near and earlier["channel"] == later["channel"]


def keys_of(row: Line | None) -> Iterator[tuple[str, ...]]:
    if row is None:
        return
    if row["day"]:
        yield "digest", row["place"], row["day"]
    for one_ in row["shows"] if row["person"] else ():
        yield row["person"], one_["conversation"], str(one_["wait"]), one_["step"]


def addressee(line: Line) -> str:
    return ", ".join(line.get("rings", ())) or str(line["channel"])


def clock_of(line: Line) -> str:
    return str(line["world"])[:19]


def value_of(action: Line) -> str:
    chosen = action.get("selected_option") or {}
    return str(action.get("value") or chosen.get("value") or action.get("selected_user") or "")


def texts(part: Any) -> Iterator[str]:
    """Everything that a reader of a message sees."""
    if isinstance(part, dict):
        for name, value in part.items():
            if name in ("text", "fallback", "alt_text") and isinstance(value, str):
                yield value
            else:
                yield from texts(value)
    elif isinstance(part, list):
        for each in part:
            yield from texts(each)


def standing(world: World) -> list[Line]:
    """The bot's messages as they stand at the end; what is for one person's moment is left out."""
    stands: dict[tuple[str, str], Line] = {}
    for line in world.slack:
        if line["kind"] in ("message", "edited", "deleted") and line["message"].get("bot_id"):
            key = (line["channel"], line["message"]["ts"])
            if line["kind"] == "deleted" or line.get("only_for"):
                stands.pop(key, None)
            else:
                stands[key] = line
    return list(stands.values())
