"""The younger blocks as HTML: alerts, cards, containers, data tables, charts and plans."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from bot.sandbox.page.markup import esc, unsupported
from bot.sandbox.page.rich import rich_text, table

if TYPE_CHECKING:
    from bot.sandbox.page.blocks import Surface

Json = dict[str, Any]

MARKS = {"pending": "○", "in_progress": "◐", "complete": "●", "error": "✕"}


def _alert(surface: Surface, block: Json) -> str:
    level = esc(block.get("level", "default"))
    return f'<p class="alert {level}" role="note">{surface.text(block["text"])}</p>'


def _card(surface: Surface, block: Json) -> str:
    pictures = [block[name] for name in ("hero_image", "icon") if block.get(name)]
    shown = "".join(f'<span class="meta">[picture: {esc(each["alt_text"])}]</span>' for each in pictures)
    title, subtitle, body = (surface.text(block.get(name)) for name in ("title", "subtitle", "body"))
    actions = "".join(surface.element(block, each) for each in block.get("actions") or [])
    row = f'<div class="actions">{actions}</div>' if actions else ""
    return (
        f'<div class="card">{shown}<p><strong>{title}</strong></p><p class="meta">{subtitle}</p>'
        f"<p>{body}</p>{row}</div>"
    )


def _carousel(surface: Surface, block: Json) -> str:
    cards = "".join(
        surface.block({**each, "block_id": block.get("block_id", "")}) for each in block["elements"]
    )
    return f'<div class="wide carousel">{cards}</div>'


def _container(surface: Surface, block: Json) -> str:
    rich = block.get("rich_text_title")
    title = (
        rich_text(surface.reader, rich) if rich else f"<strong>{surface.text(block.get('title'))}</strong>"
    )
    inside = surface.blocks(block["child_blocks"])
    if not block.get("is_collapsible"):
        return f'<div class="card">{title}{inside}</div>'
    shut = "" if block.get("default_collapsed") else " open"
    return f'<details class="card"{shut}><summary>{title}</summary>{inside}</details>'


def _data_table(surface: Surface, block: Json) -> str:
    return f'<p class="meta">{esc(block["caption"])}</p>{table(surface.reader, block)}'


def _chart(_surface: Surface, block: Json) -> str:
    """As its numbers, each with a bar as long as it is large."""
    chart = block["chart"]
    if chart["type"] == "pie":
        rows = [("", chart["segments"])]
    else:
        rows = [(series["name"], series["data"]) for series in chart["series"]]
    most = max((abs(point["value"]) for _, points in rows for point in points), default=1) or 1
    drawn = "".join(_bars(name, points, most) for name, points in rows)
    return (
        f'<div class="card"><strong>{esc(block["title"])}</strong><table class="chart">{drawn}</table></div>'
    )


def _bars(name: str, points: Iterable[Json], most: float) -> str:
    head = f'<tr><th colspan="3" scope="colgroup">{esc(name)}</th></tr>' if name else ""
    return head + "".join(
        f'<tr><th scope="row">{esc(point["label"])}</th><td>{esc(point["value"])}</td>'
        f'<td><meter aria-hidden="true" max="{most}" value="{abs(point["value"])}"></meter></td></tr>'
        for point in points
    )


def _task(surface: Surface, block: Json) -> str:
    parts = [rich_text(surface.reader, block[name]) for name in ("details", "output") if block.get(name)]
    mark = MARKS.get(str(block["status"]), "○")
    told = esc(str(block["status"]).replace("_", " "))
    return (
        f'<div class="card"><p><span aria-hidden="true">{mark}</span> <strong>{esc(block["title"])}</strong> '
        f'<span class="meta">{told}</span></p>{"".join(parts)}</div>'
    )


def _plan(surface: Surface, block: Json) -> str:
    tasks = "".join(surface.block(each) for each in block.get("tasks") or [])
    return f"<p><strong>{esc(block['title'])}</strong></p>{tasks}"


def _context_actions(surface: Surface, block: Json) -> str:
    return f'<div class="actions">{"".join(_small(surface, block, each) for each in block["elements"])}</div>'


def _small(surface: Surface, block: Json, element: Json) -> str:
    """A vote is two buttons, an icon a button with its words."""
    if element["type"] == "icon_button":
        return surface.element(block, element | {"type": "button"})
    if element["type"] != "feedback_buttons":
        return unsupported(element)
    votes = (element["positive_button"], element["negative_button"])
    return "".join(surface.element(block, element | {"type": "button"} | vote) for vote in votes)


YOUNGER: dict[str, Callable[[Surface, Json], str]] = {
    "alert": _alert,
    "card": _card,
    "carousel": _carousel,
    "container": _container,
    "context_actions": _context_actions,
    "data_table": _data_table,
    "data_visualization": _chart,
    "plan": _plan,
    "task_card": _task,
}
