"""11 and 12: what Slack hands over is acknowledged and moves what it means, and decisions are a chain."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from tests.referee.lines import GRACE, Breach, Line, shown, sure
from tests.referee.notes import clock_of, value_of
from tests.referee.world import World

DECIDING = frozenset({
    "claim", "assign", "yes", "not_me", "not_now", "later", "elsewhere", "already", "not_needed", "offer",
    "still", "let_go", "not_yet", "wants_answer", "good_ending", "community", "kindly",
    "an_answer", "give",
})  # fmt: skip
MEANS = {
    "claim": "claim", "yes": "yes", "not_me": "not me", "not_now": "not now", "later": "later",
    "elsewhere": "elsewhere", "already": "already", "undo": "undo", "offer": "release", "still": "claim",
    "let_go": "let go", "not_yet": "later", "good_ending": "good ending", "wants_answer": "wants an answer",
    "no_answer": "not an answer", "community": "community", "an_answer": "an answer",
    "that_was_me": "that was me", "give": "ask",
}  # fmt: skip
OPENS_NOTHING = frozenset({"open", "teammate", "mine", "theirs", "not_ours"})
"""Link buttons, choices in a modal's field, and answers that the question itself then shows."""
SHOWN_ANEW = frozenset({"refresh", "drop_rule", "change_rule"})
"""What moves no conversation, and whose answer stands in the place of the list that was pressed in."""


def acked(world: World) -> Iterator[Breach]:
    """11: each press that Slack was told we have has one move or one answer."""
    acks = {line["envelope_id"] for line in world.slack if line["kind"] == "ack" and line["in_time"]}
    sent = {
        line["envelope"]["payload"].get("trigger_id", ""): line["envelope"]["envelope_id"]
        for line in world.slack
        if line["kind"] == "envelope"
    }
    open_rows = {row["key"] for row in world.lists["inbox"] if not row["done_at"]}
    used: set[int] = set()
    for line in world.slack:
        act = line.get("act", {})
        if line["kind"] != "act" or act["kind"] != "block_actions" or "actions" not in act["payload"]:
            continue
        payload = act["payload"]
        action = payload["actions"][0]
        value = value_of(action)
        if (
            sent.get(payload.get("trigger_id", "?")) not in acks
            or value.partition(":")[0] in OPENS_NOTHING
            or action["action_id"] in OPENS_NOTHING
            or payload["container"]["type"] == "view"
            or any(value in key and str(action["action_ts"]) in key for key in open_rows)
        ):
            continue
        answers_ = _told(world, line)
        told = [shown(each) for each in answers_]
        # What was answered was done by then: no later move is of this press.
        until = min((sure(each["world"]) for each in answers_), default=world.end) + GRACE
        again = told and _pressed_again(world, line, value)
        moves = [] if again else _moves(world, line, value, used, until)
        if len(moves) + len(told) != 1 and not _was_lost(world, line):
            what = value.partition(":")[0] or action["action_id"]
            came = f"{len(moves)} moves and {len(told)} answers came of it"
            story = f"{act['user']} pressed {what} at {clock_of(line)}: {came}."
            yield Breach(11, story, (shown(line), *moves, *told))


def _pressed_again(world: World, line: Line, value: str) -> bool:
    """The same person pressed the same once more, and was not answered: then the move is of that press."""
    return any(
        each["seq"] > line["seq"]
        and each["act"]["user"] == line["act"]["user"]
        and value in map(value_of, each["act"]["payload"].get("actions", ()))
        and not _told(world, each)
        for each in world.slack
        if each["kind"] == "act" and each["act"]["kind"] == "block_actions"
    )


def _moves(world: World, line: Line, value: str, used: set[int], until: datetime) -> list[str]:
    code, talk, wait = [*value.split(":"), "", ""][:3]
    person = next((p["id"] for p in world.people.values() if p["slack_user"] == line["act"]["user"]), None)
    since = min(sure(each["world"]) for each in world.slack if each["seq"] >= line["seq"]) - GRACE
    found = [
        move
        for move in world.journal
        if move["press_id"]
        and move["number"] not in used
        and (move["conversation_id"], str(move["wait"]), move["by"]) == (talk, wait, person)
        and (move["verb"] == MEANS.get(code) or (code, move["verb"]) == ("already", "an answer"))
        and move["face"] != "modal"
        and since <= sure(move["at"]) <= until
    ][:1]
    used |= {move["number"] for move in found}
    return [shown(move) for move in found]


def _told(world: World, line: Line) -> list[Line]:
    """Answers to one press: by its response URL, by its trigger, or by a message to this person alone."""
    payload = line["act"]["payload"]
    word = str(payload.get("response_url", "")).rpartition("/")[2]
    shows_all = payload["actions"][0]["action_id"] in SHOWN_ANEW
    found = []
    for each in world.slack:
        if each["kind"] != "call" or not each.get("answer", {}).get("ok"):
            continue
        arguments = each.get("arguments", {})
        by_url = word and each.get("word") == word
        drawn_anew = str(arguments.get("replace_original", "")).lower() == "true"
        by_modal = each["method"] == "views.open" and arguments.get("trigger_id") == payload.get("trigger_id")
        if by_modal or (by_url and (shows_all or not drawn_anew)):
            found.append(each)
    return found


def _was_lost(world: World, line: Line) -> bool:
    """A fault or a kill came between."""
    return any(
        each["seq"] > line["seq"]
        and (each["kind"] == "killed" or (each["kind"] == "fault" and each["met_by"] != "chat.postMessage"))
        for each in world.slack
    )


def chained(world: World) -> Iterator[Breach]:
    """12: each move begins where the one before it ended."""
    last: dict[str, Line] = {}
    for line in world.journal:
        former = last.get(line["conversation_id"])
        ended = former["after"] if former else ""
        if line["before"] != ended:
            story = f"{line['conversation_id']} went on from “{line['before']}”, and had ended at “{ended}”."
            yield Breach(12, story, tuple(shown(each) for each in (former, line) if each))
        last[line["conversation_id"]] = line


def grows(earlier: Path, later: Path) -> list[Breach]:
    """12, over two exports: the earlier journal is the beginning of the later one."""
    was, now = (folder.joinpath("journal.jsonl").read_text().splitlines() for folder in (earlier, later))
    if now[: len(was)] == was:
        return []
    changed = next((n for n, pair in enumerate(zip(was, now, strict=False)) if pair[0] != pair[1]), len(now))
    return [
        Breach(
            12, f"line {changed + 1} of the journal is not what it was.", tuple(was[changed : changed + 1])
        )
    ]
