"""What a button carries: a small code, the conversation, the wait it was drawn in, at most one id more."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.model import Line


class Code(StrEnum):
    """What a button or a menu's choice does; also its action id."""

    OPEN = "open"
    CLAIM = "claim"
    ASSIGN = "assign"
    MENU = "menu"
    YES = "yes"
    NOT_ME = "not_me"
    NOT_NOW = "not_now"
    KINDLY = "kindly"
    LATER = "later"
    ELSEWHERE = "elsewhere"
    ALREADY = "already"
    AN_ANSWER = "an_answer"
    NOT_NEEDED = "not_needed"
    NO_ANSWER = "no_answer"
    COMMUNITY = "community"
    THAT_WAS_ME = "that_was_me"
    UNDO = "undo"
    PAUSE = "pause"
    OFFER = "offer"
    GIVE = "give"
    STILL = "still"
    LET_GO = "let_go"
    NOT_YET = "not_yet"
    GOOD_ENDING = "good_ending"
    WANTS_ANSWER = "wants_answer"
    WORDS = "words"
    REFRESH = "refresh"
    LONG = "long"
    RESUME = "resume"
    STOP = "stop"
    TEAMMATE = "teammate"
    MINE = "mine"
    THEIRS = "theirs"
    NOT_OURS = "not_ours"
    NEW_RULE = "new_rule"
    CHANGE_RULE = "change_rule"
    DROP_RULE = "drop_rule"
    TRY_RULES = "try_rules"


@dataclass(frozen=True, slots=True)
class Value:
    """A button's value, read back. `more` is the press an undo takes back, or the teammate that is asked."""

    code: Code
    conversation: str
    wait: int
    more: str = ""


def value(code: Code, line: Line, more: str = "") -> str:
    """The text that a button about this line carries; at most 150 characters for ids of up to 60."""
    return ":".join((code, line.conversation, str(line.wait), *([more] if more else ())))


def read_value(text: str) -> Value | None:
    """None when it is not a value of ours."""
    parts = text.split(":")
    if len(parts) not in (3, 4) or parts[0] not in set(Code) or not parts[2].isascii():
        return None
    if not parts[2].isdigit():
        return None
    return Value(Code(parts[0]), parts[1], int(parts[2]), "".join(parts[3:]))
