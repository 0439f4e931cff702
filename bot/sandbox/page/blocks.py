"""Block Kit as HTML forms: what can be pressed can be pressed; what is unknown says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.page.markup import beside, esc, hidden, is_web, select, unsupported
from bot.sandbox.page.mrkdwn import Reader
from bot.sandbox.page.rich import rich_text, table
from bot.sandbox.page.younger import YOUNGER
from bot.sandbox.slack.elements import MANY, options_of

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Surface:
    """Where blocks stand: `fields` go along with each press made there."""

    reader: Reader
    fields: dict[str, str]
    people: list[tuple[str, str]]
    channels: list[tuple[str, str]]
    state: Json

    def blocks(self, blocks: list[Json]) -> str:
        """All blocks."""
        return "".join(self.block(block) for block in blocks)

    def block(self, block: Json) -> str:
        """One block."""
        drawn = BLOCKS.get(str(block["type"]))
        return drawn(self, block) if drawn else unsupported(block)

    def text(self, text: Json | None) -> str:
        """A text object."""
        if not text:
            return ""
        if text["type"] == "mrkdwn":
            return self.reader.html(text["text"])
        return esc(text["text"]).replace("\n", "<br>")

    def element(self, block: Json, element: Json) -> str:
        """Something to act on, as a form of its own."""
        kind = element["type"]
        if kind == "image":
            return _picture(element)
        fields = self.fields | {
            "block_id": block["block_id"],
            "action_id": element.get("action_id", ""),
        }
        if kind == "button":
            return _button(fields, element, self.text(element["text"]))
        if kind == "overflow":
            return _overflow(fields, element)
        choice = self.choice(element, "values" if kind in MANY else "value", _initial(element))
        if not choice:
            return unsupported(element)
        return (
            f'<form class="choose" method="post" action="/act/press">{hidden(fields)}{choice}'
            "<button>Choose</button></form>"
        )

    def choice(self, element: Json, name: str, chosen: list[str], label: str = "") -> str:
        """A drop-down for the selects, boxes and dates as such; nothing for other kinds."""
        offered = {"users_select": self.people, "conversations_select": self.channels}
        offered["channels_select"] = self.channels
        kind = element["type"]
        if kind in TICKED:
            return _boxes(TICKED[kind], element, name, chosen)
        if kind in DATED:
            return (
                f'<input type="{DATED[kind]}" name="{esc(name)}" value="{esc(chosen[0] if chosen else "")}" '
                f'aria-label="{esc(label or element["type"])}">'
            )
        if kind in ("static_select", "multi_static_select"):
            options = [(each["value"], each["text"]["text"]) for each in options_of(element)]
        elif kind.removeprefix("multi_") in offered:
            options = offered[kind.removeprefix("multi_")]
        else:
            return ""
        placeholder = (element.get("placeholder") or {}).get("text", "Choose")
        if kind in MANY:
            return select(name, label or placeholder, options, *chosen, many=True)
        return select(name, label or placeholder, [("", placeholder), *options], *chosen)


def _button(fields: dict[str, str], element: Json, shown: str) -> str:
    label = element.get("accessibility_label")
    aria = f' aria-label="{esc(label)}" title="{esc(label)}"' if label else ""
    style = esc(element.get("style") or "")
    carried = fields | ({"value": element["value"]} if "value" in element else {})
    opens = away = ""
    if is_web(url := str(element.get("url") or "")):
        # As in Slack: the app is told, and the browser goes there.
        carried, opens, away = (
            carried | {"url": url},
            f" {beside(url)}",
            ' <span aria-hidden="true">↗</span>',
        )
    return (
        f'<form method="post" action="/act/press"{opens}>{hidden(carried)}'
        f'<button class="{style}"{aria}>{shown}{away}</button></form>'
    )


def _overflow(fields: dict[str, str], element: Json) -> str:
    options = "".join(
        f'<form method="post" action="/act/press">{hidden(fields | {"value": option["value"]})}'
        f"<button>{esc(option['text']['text'])}</button></form>"
        for option in element["options"]
    )
    return f'<details class="menu"><summary aria-label="More">⋯</summary><div>{options}</div></details>'


def _boxes(kind: str, element: Json, name: str, chosen: list[str]) -> str:
    return "".join(
        f'<label class="radio"><input type="{kind}" name="{esc(name)}" value="{esc(each["value"])}"'
        f"{' checked' if each['value'] in chosen else ''}> {esc(each['text']['text'])}</label>"
        for each in options_of(element)
    )


def _initial(element: Json) -> list[str]:
    """What is chosen when it is first shown."""
    found = next((element[name] for name in element if name.startswith("initial_") and element[name]), None)
    return _values(found)


def _values(found: Any) -> list[str]:
    """Options by their values, all else as it is."""
    several = found if isinstance(found, list) else [found] if found else []
    return [str(each["value"]) if isinstance(each, dict) else str(each) for each in several]


def _picture(element: Json) -> str:
    # Nothing is loaded from elsewhere: the alt text stands for the picture.
    return f'<span class="meta">[picture: {esc(element["alt_text"])}]</span>'


def _section(surface: Surface, block: Json) -> str:
    fields = "".join(f"<div>{surface.text(each)}</div>" for each in block.get("fields") or [])
    grid = f'<div class="fields">{fields}</div>' if fields else ""
    accessory = block.get("accessory")
    beside = f"<div>{surface.element(block, accessory)}</div>" if accessory else ""
    return (
        f'<div class="section"><div class="text">{surface.text(block.get("text"))}{grid}</div>{beside}</div>'
    )


def _header(surface: Surface, block: Json) -> str:
    return f'<h3 dir="auto">{surface.text(block["text"])}</h3>'


def _divider(_surface: Surface, _block: Json) -> str:
    return "<hr>"


def _context(surface: Surface, block: Json) -> str:
    parts = [_picture(each) if each["type"] == "image" else surface.text(each) for each in block["elements"]]
    return f'<p class="meta">{" ".join(parts)}</p>'


def _actions(surface: Surface, block: Json) -> str:
    elements = "".join(surface.element(block, each) for each in block["elements"])
    return f'<div class="actions">{elements}</div>'


def _image(surface: Surface, block: Json) -> str:
    return f"<div>{surface.text(block.get('title'))} {_picture(block)}</div>"


def _markdown(_surface: Surface, block: Json) -> str:
    return f"<pre>{esc(block['text'])}</pre>"


def _input(surface: Surface, block: Json) -> str:
    element = block["element"]
    name = f"{'values' if element['type'] in MANY else 'value'}.{block['block_id']}"
    state = surface.state.get(block["block_id"], {}).get(element["action_id"], {})
    typed = next((value for key, value in state.items() if key != "type"), None)
    present = _values(typed)
    field = surface.choice(element, name, present, block["label"]["text"]) or _typing(
        element, name, "".join(present)
    )
    optional = " (optional)" if block.get("optional") else ""
    hint = f'<div class="meta">{surface.text(block.get("hint"))}</div>' if block.get("hint") else ""
    label = f'<span class="label">{surface.text(block["label"])}{optional}</span>'
    if element["type"] in TICKED:
        return f"<fieldset><legend>{label}</legend>{field}</fieldset>{hint}"
    return f"<label>{label}{field}</label>{hint}"


def _typing(element: Json, name: str, present: str) -> str:
    if element["type"] not in ("plain_text_input", "url_text_input", "number_input", "email_text_input"):
        return unsupported(element)
    if element.get("multiline"):
        return f'<textarea name="{esc(name)}">{esc(present)}</textarea>'
    return f'<input type="text" name="{esc(name)}" value="{esc(present)}">'


TICKED = {"radio_buttons": "radio", "checkboxes": "checkbox"}
DATED = {"datepicker": "date", "timepicker": "time"}

BLOCKS: dict[str, Callable[[Surface, Json], str]] = {
    "section": _section,
    "header": _header,
    "divider": _divider,
    "context": _context,
    "actions": _actions,
    "image": _image,
    "markdown": _markdown,
    "input": _input,
    "rich_text": lambda surface, block: rich_text(surface.reader, block),
    "table": lambda surface, block: table(surface.reader, block),
    **YOUNGER,
}
