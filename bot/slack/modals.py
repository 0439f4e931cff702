"""The small modals: who could answer, why no reply is needed, until when. They hold checks, no network."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.model import Hours, Line, Verb
from bot.domain.rests import Later, Rest, put_off
from bot.domain.routing import Suggestion
from bot.slack import lines, responses, words
from bot.slack.blocks import Block, field, modal, option, paragraph
from bot.slack.said import NAME, QUOTE, Said, cut
from bot.slack.values import Code

ASSIGN = "assign"
NOT_NEEDED = "not_needed"
TEAMMATE = "teammate"
NOTE = "note"
REASON = "reason"
LATER = "later"
KINDLY = "kindly"
WHEN = "when"
DAY = "day"
PAUSE = "pause"
REST = "rest"
TOLD = "told"
LONGEST_NOTE = 500

VERBS = {verb.value: verb for verb in (Verb.NOT_NEEDED, Verb.LET_GO, Verb.SPAM)}


@dataclass(frozen=True, slots=True)
class Memory:
    """What a modal was opened about; it comes back with the submission."""

    conversation: str
    wait: int

    def text(self) -> str:
        """For the view's private metadata."""
        return json.dumps(asdict(self))


def memory_of(view: Mapping[str, Any]) -> Memory:
    """What the view was opened about."""
    kept = json.loads(view["private_metadata"])
    return Memory(str(kept["conversation"]), int(kept["wait"]))


def assign(line: Line, likely: Sequence[Suggestion]) -> Block:
    """Teammate, and an optional note. Whoever something speaks for is chosen already, with the reason."""
    choose: Block = {"type": "users_select", "action_id": Code.TEAMMATE.value}
    known = [(each.teammate, each.reason) for each in likely if each.reason][:3]
    if known:
        choose["initial_user"] = known[0][0].slack_user
    reasons = tuple((cut(each.name, NAME), cut(why, QUOTE)) for each, why in known)
    who = field(TEAMMATE, words.TEAMMATE, choose, hint=responses.likeliest(reasons)) | {
        "dispatch_action": True
    }
    blocks = [lines.head(line), who, _note()]
    return modal(
        ASSIGN, blocks, title=words.ASSIGN_TITLE, submit=words.ASK, close=words.CANCEL, memory=_memory(line)
    )


def not_needed(line: Line) -> Block:
    """Why no reply is needed."""
    options = [option(text, code) for code, text in words.REASONS]
    choose = {"type": "radio_buttons", "action_id": REASON, "options": options, "initial_option": options[0]}
    return modal(
        NOT_NEEDED,
        [lines.head(line), field(REASON, words.WHY_NOT, choose)],
        title=words.NOT_NEEDED_TITLE,
        submit=words.CLOSE_IT,
        close=words.CANCEL,
        memory=_memory(line),
    )


def kindly(line: Line) -> Block:
    """A colleague asks the one who has it, with a note if they like."""
    holder = cut(line.holder_name or "", NAME) or words.somebody()
    return modal(
        KINDLY,
        [lines.head(line), paragraph(words.asked_kindly(holder)), _note()],
        title=words.KINDLY,
        submit=words.ASK_KINDLY,
        close=words.CANCEL,
        memory=_memory(line),
    )


def _note() -> Block:
    write = {"type": "plain_text_input", "action_id": NOTE, "multiline": True, "max_length": LONGEST_NOTE}
    return field(NOTE, words.NOTE, write, hint=words.NOTE_HINT, optional=True)


def later(line: Line, hours: Hours, now: datetime) -> Block:
    """Until when it is put off; the times are those of the one who looks at it."""
    days = {choice: put_off(choice, hours, now) for choice in (Later.TOMORROW, Later.WEEK)}
    zone = ZoneInfo(hours.zone)
    named = {choice: at.astimezone(zone) for choice, at in days.items() if at}
    options = [option(words.later(choice, named.get(choice)), choice.value) for choice in Later]
    when = {"type": "radio_buttons", "action_id": WHEN, "options": options, "initial_option": options[1]}
    day: Block = {"type": "datepicker", "action_id": DAY}
    return modal(
        LATER,
        [lines.head(line), field(WHEN, words.WHEN, when), field(DAY, words.THAT_DAY, day, optional=True)],
        title=words.LATER,
        submit=words.SET_ASIDE,
        close=words.CANCEL,
        memory=_memory(line),
    )


def pause() -> Block:
    """For how long the presser hears nothing."""
    options = [option(text, choice) for choice, text in words.PAUSES]
    choose = {"type": "radio_buttons", "action_id": REST, "options": options, "initial_option": options[0]}
    return modal(
        PAUSE,
        [field(REST, words.HOW_LONG, choose)],
        title=words.PAUSE_TITLE,
        submit=words.PAUSE,
        close=words.CANCEL,
    )


def told(said: Said) -> Block:
    """What came of a modal, in its place."""
    return modal(TOLD, [paragraph(said)], title=words.BY_HAND, close=words.CLOSE)


def _memory(line: Line) -> str:
    return Memory(line.conversation, line.wait).text()


def chosen_person(view: Mapping[str, Any]) -> str:
    """The Slack user chosen, or nothing."""
    state = view["state"]["values"].get(TEAMMATE, {}).get(Code.TEAMMATE, {})
    return str(state.get("selected_user") or "")


def note_in(view: Mapping[str, Any]) -> str | None:
    """The note, without spaces around it; None when there is none."""
    text = (view["state"]["values"].get(NOTE, {}).get(NOTE, {}).get("value") or "").strip()
    return text[:LONGEST_NOTE] or None


def chosen_later(view: Mapping[str, Any]) -> tuple[Later | None, date | None]:
    """Until when, and the day chosen beside it."""
    day = view["state"]["values"].get(DAY, {}).get(DAY, {}).get("selected_date")
    when = picked(view, WHEN)
    return (
        Later(when) if when in set(Later) else None,
        date.fromisoformat(day) if day else None,
    )


def chosen_rest(view: Mapping[str, Any]) -> Rest | None:
    """For how long."""
    rest = picked(view, REST)
    return Rest(rest) if rest in set(Rest) else None


def picked(view: Mapping[str, Any], name: str) -> str:
    """The value of the one option chosen there, or nothing."""
    option_ = view["state"]["values"].get(name, {}).get(name, {}).get("selected_option") or {}
    return str(option_.get("value") or "")


def chosen_reason(view: Mapping[str, Any]) -> Verb | None:
    """The decision behind the reason chosen."""
    return VERBS.get(picked(view, REASON))
