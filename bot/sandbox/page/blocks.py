"""Block Kit as HTML forms: what can be pressed can be pressed; what is unknown says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.page.markup import beside, esc, hidden, is_web, select, unsupported
from bot.sandbox.page.mrkdwn import Reader
from bot.sandbox.page.rich import rich_text, table
from bot.sandbox.slack.elements import options_of

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
        choice = self.choice(element, "value", _initial(element))
        if not choice:
            return unsupported(element)
        return (
            f'<form class="choose" method="post" action="/act/press">{hidden(fields)}{choice}'
            "<button>Choose</button></form>"
        )

    def choice(self, element: Json, name: str, chosen: str) -> str:
        """A drop-down for the selects, radio buttons as such; nothing for other kinds."""
        offered = {"users_select": self.people, "conversations_select": self.channels}
        offered["channels_select"] = self.channels
        kind = element["type"]
        if kind == "radio_buttons":
            return _radios(element, name, chosen)
        if kind == "static_select":
            options = [(each["value"], each["text"]["text"]) for each in options_of(element)]
        elif kind in offered:
            options = offered[kind]
        else:
            return ""
        placeholder = (element.get("placeholder") or {}).get("text", "Choose")
        return select(name, placeholder, [("", placeholder), *options], chosen)


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


def _radios(element: Json, name: str, chosen: str) -> str:
    return "".join(
        f'<label class="radio"><input type="radio" name="{esc(name)}" value="{esc(each["value"])}"'
        f"{' checked' if each['value'] == chosen else ''}> {esc(each['text']['text'])}</label>"
        for each in options_of(element)
    )


def _initial(element: Json) -> str:
    option = element.get("initial_option") or {}
    return str(option.get("value") or element.get("initial_user") or element.get("initial_channel") or "")


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
    element, name = block["element"], f"value.{block['block_id']}"
    state = surface.state.get(block["block_id"], {}).get(element["action_id"], {})
    typed = next((value for key, value in state.items() if key != "type"), None)
    present = typed["value"] if isinstance(typed, dict) else str(typed or "")
    field = surface.choice(element, name, present) or _typing(element, name, present)
    optional = " (optional)" if block.get("optional") else ""
    hint = f'<div class="meta">{surface.text(block.get("hint"))}</div>' if block.get("hint") else ""
    label = f'<span class="label">{surface.text(block["label"])}{optional}</span>'
    if element["type"] == "radio_buttons":
        return f"<fieldset><legend>{label}</legend>{field}</fieldset>{hint}"
    return f"<label>{label}{field}</label>{hint}"


def _typing(element: Json, name: str, present: str) -> str:
    if element["type"] not in ("plain_text_input", "url_text_input", "number_input", "email_text_input"):
        return unsupported(element)
    if element.get("multiline"):
        return f'<textarea name="{esc(name)}">{esc(present)}</textarea>'
    return f'<input type="text" name="{esc(name)}" value="{esc(present)}">'


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
}
