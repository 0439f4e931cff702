"""Block Kit as small functions, each keeping Slack's published limits whatever it is given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from bot.slack.said import Bold, Link, Part, Said, Time, cut, escaped, web_link

Block = dict[str, Any]
Drawn = tuple[str, list[Block]]
"""A message: its notification text and its blocks."""

MOST_BLOCKS = 50
LABEL = 75
OPTION_VALUE = 150
VALUE = 2000
NOTIFICATION = 1000
MODAL_TITLE = 24
LONGEST_TEXT = 3000


def message(notice: str, blocks: Sequence[Block]) -> Drawn:
    """A message of at most 50 blocks; what is too many is left out from the end."""
    return escaped(cut(notice, NOTIFICATION, NOTIFICATION)), filled(blocks)[:MOST_BLOCKS]


def filled(blocks: Iterable[Block]) -> list[Block]:
    """The blocks without rows of no button, which Slack refuses with all the rest."""
    return [block for block in blocks if block["type"] != "actions" or block["elements"]]


def paragraph(*sentences: Said) -> Block:
    """Sentences in one line of thought, a space between them."""
    return _rich("rich_text_section", _joined(sentences))


def quote(text: str) -> Block:
    """Somebody's words, cut, as literal text."""
    return _rich("rich_text_quote", (f"“{cut(text)}”",))


def foot(*sentences: Said) -> Block:
    """Small print of our own words and times, a middle dot between."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": _marked(sentences), "verbatim": True}]}


def divider() -> Block:
    """A line across."""
    return {"type": "divider"}


def actions(*elements: Block | None) -> Block:
    """A row of buttons and menus; None is left out, and the row itself when nothing is left (`filled`)."""
    return {"type": "actions", "elements": [e for e in elements if e is not None]}


def button(code: str, text: str, value: str, *, label: str = "") -> Block:
    """A button; `label` is what a screen reader says: it names the person."""
    made = {"type": "button", "action_id": code, "text": plain_text(text), "value": value[:VALUE]}
    return made | ({"accessibility_label": cut(label, LABEL, LABEL)} if label else {})


def confirmed(text: str, *, yes: str, no: str) -> Block:
    """What Slack asks before a press counts."""
    said = {"title": plain_text(yes, MODAL_TITLE), "text": plain_text(text, 300)}
    return said | {"confirm": plain_text(yes, MODAL_TITLE), "deny": plain_text(no, MODAL_TITLE)}


def open_button(text: str, url: str | None, *, label: str, code: str = "open") -> Block | None:
    """A button that opens a web page, or None when the address is not one for a browser."""
    safe = web_link(url)
    return button(code, text, "open", label=label) | {"url": safe} if safe else None


def users(code: str, text: str) -> Block:
    """A choice of one person of the workspace."""
    return {"type": "users_select", "action_id": code, "placeholder": plain_text(text)}


def menu(code: str, choices: Iterable[tuple[str, str]]) -> Block:
    """An overflow menu of (text, value), at most five."""
    options = [option(text, value) for text, value in choices][:5]
    return {"type": "overflow", "action_id": code, "options": options}


def select(code: str, text: str, choices: Iterable[tuple[str, str]]) -> Block:
    """A choice of one of at most a hundred (text, value), under a placeholder."""
    options = [option(each, value) for each, value in choices][:100]
    return {"type": "static_select", "action_id": code, "placeholder": plain_text(text), "options": options}


def choice_of(code: str, choices: Iterable[tuple[str, str]], chosen: str = "") -> Block:
    """The same for a form: with what is chosen already, and that may be none."""
    options = [option(each, value) for each, value in choices][:100]
    begins = next((one for one in options if one["value"] == chosen), None)
    made = {"type": "static_select", "action_id": code, "options": options}
    return made | ({"initial_option": begins} if begins else {})


def option(text: str, value: str) -> Block:
    """One choice."""
    if len(value) > OPTION_VALUE:
        raise ValueError("an option's value is ours and must fit")
    return {"text": plain_text(text), "value": value}


def plain_text(text: str, most: int = LABEL) -> Block:
    """A text object without any markup."""
    return {"type": "plain_text", "text": cut(text, most, most), "emoji": False}


def modal(
    callback: str, blocks: Sequence[Block], *, title: str, submit: str = "", close: str, memory: str = ""
) -> Block:
    """A modal view; `memory` is what its submission brings back. Without `submit` it can only be read."""
    made = {
        "type": "modal",
        "callback_id": callback,
        "title": plain_text(title, MODAL_TITLE),
        "close": plain_text(close, MODAL_TITLE),
        "private_metadata": memory[:LONGEST_TEXT],
        "blocks": filled(blocks),
    }
    return made | ({"submit": plain_text(submit, MODAL_TITLE)} if submit else {})


def field(name: str, label: str, element: Block, *, hint: str = "", optional: bool = False) -> Block:
    """One input of a modal; its block id is where an error is shown."""
    made = {"type": "input", "block_id": name, "label": plain_text(label), "element": element}
    hinted = {"hint": plain_text(hint, 300)} if hint else {}
    return made | hinted | {"optional": optional}


def _joined(sentences: Sequence[Said], between: str = " ") -> Said:
    parts: list[Part] = []
    for sentence in sentences:
        if parts and sentence:
            parts.append(between)
        parts.extend(sentence)
    return tuple(parts)


def _rich(kind: str, said: Said) -> Block:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": _elements(said)}]}


def _elements(said: Said) -> list[Block]:
    """Neighbouring texts are one element, so that a sentence stays whole."""
    elements: list[Block] = []
    for part in said:
        if isinstance(part, str) and elements and set(elements[-1]) == {"type", "text"}:
            elements[-1]["text"] += part
        elif part:
            elements.append(_element(part))
    return elements or [{"type": "text", "text": " "}]


def _element(part: Part) -> Block:
    match part:
        case Bold(text):
            return {"type": "text", "text": text, "style": {"bold": True}}
        case Link(url, label):
            safe = web_link(url)
            return {"type": "link", "url": safe, "text": label} if safe else {"type": "text", "text": label}
        case Time():
            return {"type": "date", "timestamp": part.stamp, "format": part.form, "fallback": part.fallback}
        case _:
            return {"type": "text", "text": part}


def _marked(sentences: Sequence[Said]) -> str:
    """The small print; a sentence that no longer fits is left out whole, never cut inside markup."""
    out = ""
    for sentence in sentences:
        marked = "".join(_mark(part) for part in sentence)
        longer = f"{out} · {marked}" if out else marked
        if len(longer) <= LONGEST_TEXT:
            out = longer
    return out or " "


def _mark(part: Part) -> str:
    match part:
        case Bold(text):
            return _defused(text)
        case Link(url, label):
            safe = web_link(url)
            return f"<{escaped(safe).replace('|', '%7C')}|{_defused(label)}>" if safe else _defused(label)
        case Time():
            return f"<!date^{part.stamp}^{part.form}|{part.fallback}>"
        case _:
            return _defused(part)


def _defused(text: str) -> str:
    """Escaped, and with its emphasis marks taken apart: they cannot be escaped in mrkdwn."""
    return "".join(f"\u200b{c}\u200b" if c in "*_~`" else c for c in escaped(text))
