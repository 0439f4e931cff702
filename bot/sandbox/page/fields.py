"""What a person types into, ticks or picks from, as HTML, and the names under which it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.sandbox.page.markup import esc, select
from bot.sandbox.slack.elements import MANY, options_of

if TYPE_CHECKING:
    from bot.sandbox.page.blocks import Surface

Json = dict[str, Any]

ONE, SEVERAL, MOMENT = "value", "values", "value-at"
"""How the names of fields begin: one value, several of them, a moment by the reader's own clock."""
LOCAL = "%Y-%m-%dT%H:%M"
TICKED = {"radio_buttons": "radio", "checkboxes": "checkbox"}
PICKED = {"datepicker": "date", "timepicker": "time", "datetimepicker": "datetime-local"}
TYPED = {
    "plain_text_input": "text",
    "number_input": "number",
    "email_text_input": "email",
    "url_text_input": "url",
    "rich_text_input": "text",
}


def name_of(kind: str, block_id: str = "") -> str:
    """The field's name: in a modal with its block, since there is one form for all of them."""
    first = SEVERAL if kind in MANY else MOMENT if kind == "datetimepicker" else ONE
    return f"{first}.{block_id}" if block_id else first


def field(surface: Surface, element: Json, name: str, found: Any, label: str = "") -> str:
    """The field, with what was chosen or typed so far; nothing for a kind that cannot be drawn."""
    draw = _FIELDS.get(element["type"])
    return draw(surface, element, name, _present(surface, element["type"], found), label) if draw else ""


def initial(element: Json) -> Any:
    """What is chosen when it is first shown."""
    return next((element[name] for name in element if name.startswith("initial_") and element[name]), None)


def _present(surface: Surface, kind: str, found: Any) -> list[str]:
    """As HTML has it: options by their values, moments by the reader's clock, rich text by its words."""
    if found and kind == "datetimepicker":
        return [datetime.fromtimestamp(int(found), ZoneInfo(surface.reader.tz)).strftime(LOCAL)]
    if found and kind == "rich_text_input":
        return ["\n".join("".join(_words(part)) for part in found["elements"])]
    several = found if isinstance(found, list) else [found] if found else []
    return [str(each["value"]) if isinstance(each, dict) else str(each) for each in several]


def _words(part: Any) -> Iterator[str]:
    for each in part.get("elements") or [part]:
        if each is not part:
            yield from _words(each)
        elif text := part.get("text") or part.get("url"):
            yield str(text)


def _ticked(surface: Surface, element: Json, name: str, present: list[str], _label: str) -> str:
    kind = TICKED[element["type"]]
    # Without it, nothing would be sent when nothing is ticked.
    none = f'<input type="hidden" name="{esc(name)}" value="">' if kind == "checkbox" else ""
    return none + "".join(
        f'<label class="radio"><input type="{kind}" name="{esc(name)}" value="{esc(each["value"])}"'
        f"{' checked' if each['value'] in present else ''}> {surface.text(each['text'])}"
        f"{_description(surface, each)}</label>"
        for each in options_of(element)
    )


def _description(surface: Surface, option: Json) -> str:
    told = option.get("description")
    return f' <span class="meta">{surface.text(told)}</span>' if told else ""


def _picked(_surface: Surface, element: Json, name: str, present: list[str], label: str) -> str:
    kind, shown = PICKED[element["type"]], esc("".join(present))
    return f'<input type="{kind}" name="{esc(name)}" value="{shown}" aria-label="{_named(element, label)}">'


def _typed(_surface: Surface, element: Json, name: str, present: list[str], label: str) -> str:
    kind, shown = element["type"], esc("\n".join(present))
    placeholder = (element.get("placeholder") or {}).get("text", "")
    hint = f' placeholder="{esc(placeholder)}"' if placeholder else ""
    if element.get("multiline") or kind == "rich_text_input":
        return f'<textarea name="{esc(name)}" aria-label="{_named(element, label)}"{hint}>{shown}</textarea>'
    step = ' step="any"' if element.get("is_decimal_allowed") else ""
    aria = f'aria-label="{_named(element, label)}"'
    return f'<input type="{TYPED[kind]}"{step} name="{esc(name)}" value="{shown}" {aria}{hint}>'


def _named(element: Json, label: str) -> str:
    return esc(label or (element.get("placeholder") or {}).get("text") or element["type"])


def _selected(surface: Surface, element: Json, name: str, present: list[str], label: str) -> str:
    kind = element["type"]
    offered = {"users_select": surface.people, "conversations_select": surface.channels}
    offered["channels_select"] = surface.channels
    listed = [(each["value"], each["text"]["text"]) for each in options_of(element)]
    options = offered.get(kind.removeprefix("multi_"), listed)
    placeholder = (element.get("placeholder") or {}).get("text", "Choose")
    if kind in MANY:
        none = f'<input type="hidden" name="{esc(name)}" value="">'
        return none + select(name, label or placeholder, options, *present, many=True)
    return select(name, label or placeholder, [("", placeholder), *options], *present)


Draw = Callable[["Surface", Json, str, list[str], str], str]
_MENUS = ("static_select", "users_select", "conversations_select", "channels_select")
_FIELDS: dict[str, Draw] = {
    **dict.fromkeys(TICKED, _ticked),
    **dict.fromkeys(PICKED, _picked),
    **dict.fromkeys(TYPED, _typed),
    **dict.fromkeys((*_MENUS, *(f"multi_{each}" for each in _MENUS)), _selected),
}
