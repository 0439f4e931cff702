"""Block Kit as HTML forms: what can be pressed can be pressed; what is unknown says so."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from bot.sandbox.page.fields import TICKED, field, initial, name_of
from bot.sandbox.page.markup import beside, direction, esc, hidden, is_web, unsupported
from bot.sandbox.page.mrkdwn import Reader
from bot.sandbox.page.rich import rich_text, table
from bot.sandbox.page.younger import YOUNGER

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
            return _button(self, fields, element)
        if kind == "overflow":
            return _overflow(self, fields, element)
        chosen = field(self, element, name_of(kind), initial(element))
        if not chosen:
            return unsupported(element)
        return (
            f'<form class="choose" method="post" action="/act/press">{hidden(fields)}{chosen}'
            f"{_confirmed(self, element, '<button>Choose</button>')}</form>"
        )


def _button(surface: Surface, fields: dict[str, str], element: Json) -> str:
    label = element.get("accessibility_label")
    aria = f' aria-label="{esc(label)}" title="{esc(label)}"' if label else ""
    style = esc(element.get("style") or "")
    carried, opens, away = _opening(
        fields | ({"value": element["value"]} if "value" in element else {}), element
    )
    shown = f'<button class="{style}"{aria}>{surface.text(element["text"])}{away}</button>'
    return (
        f'<form method="post" action="/act/press"{opens}>{hidden(carried)}'
        f"{_confirmed(surface, element, shown)}</form>"
    )


def _opening(fields: dict[str, str], pressed: Json) -> tuple[dict[str, str], str, str]:
    """Of what leads elsewhere: as in Slack the app is told, and the browser goes there."""
    if not is_web(url := str(pressed.get("url") or "")):
        return fields, "", ""
    return fields | {"url": url}, f" {beside(url)}", ' <span aria-hidden="true">↗</span>'


def _confirmed(surface: Surface, element: Json, button: str) -> str:
    """The button, behind the question that the app wants asked first."""
    asked = element.get("confirm")
    if not asked:
        return button
    title, words, yes, no = (surface.text(asked[each]) for each in ("title", "text", "confirm", "deny"))
    style = esc(asked.get("style") or "primary")
    first = re.sub("<[^>]+>", "", button)
    return (
        f'<details class="menu confirm"><summary>{first}</summary><div role="group" aria-label="{title}">'
        f'<strong>{title}</strong><p>{words}</p><div class="row">'
        f'<button type="button" class="deny">{no}</button>'
        f'<button class="{style}">{yes}</button></div></div></details>'
    )


def _overflow(surface: Surface, fields: dict[str, str], element: Json) -> str:
    options = "".join(_entry(surface, fields, element, each) for each in element["options"])
    return f'<details class="menu"><summary aria-label="More">⋯</summary><div>{options}</div></details>'


def _entry(surface: Surface, fields: dict[str, str], element: Json, option: Json) -> str:
    carried, opens, away = _opening(fields | {"value": option["value"]}, option)
    shown = f"<button>{surface.text(option['text'])}{away}</button>"
    return (
        f'<form method="post" action="/act/press"{opens}>{hidden(carried)}'
        f"{_confirmed(surface, element, shown)}</form>"
    )


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
    return f'<h3 dir="{direction(block["text"]["text"])}">{surface.text(block["text"])}</h3>'


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
    kind, label = element["type"], block["label"]["text"]
    state = surface.state.get(block["block_id"], {}).get(element["action_id"], {})
    present = next((value for key, value in state.items() if key != "type"), None)
    drawn = field(surface, element, name_of(kind, block["block_id"]), present, label) or unsupported(element)
    optional = " (optional)" if block.get("optional") else ""
    hint = f'<div class="meta">{surface.text(block.get("hint"))}</div>' if block.get("hint") else ""
    shown = f'<span class="label">{surface.text(block["label"])}{optional}</span>'
    # What is chosen here is told to the app at once, and not only when the whole is sent.
    fields = surface.fields | {"block_id": block["block_id"], "action_id": element["action_id"]}
    acts = f' data-acts="{esc(urlencode(fields))}"' if block.get("dispatch_action") else ""
    if kind in TICKED:
        return f"<fieldset{acts}><legend>{shown}</legend>{drawn}</fieldset>{hint}"
    return f"<label{acts}>{shown}{drawn}</label>{hint}"


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
