"""A page with pictures of what each arm came to, drawn as SVG by hand: nothing is loaded from anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

COLOURS = {"byhand": "#1a7f5a", "plain": "#b4552d", "list": "#3a6ea5", "silent": "#8a8a8a"}
NAMES = {"byhand": "By Hand", "plain": "plain", "list": "list", "silent": "silent"}
WIDE, HIGH, LEFT, BELOW, ABOVE = 640, 240, 52, 40, 14
Played = Mapping[str, Mapping[str, Any]]
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 44rem; padding: 0 1rem;
       color: #1d1c1d; background: #fff; }
svg { width: 100%; height: auto; } svg text { font: 12px system-ui, sans-serif; fill: currentColor; }
svg .axis { stroke: currentColor; stroke-opacity: .3; }
table { border-collapse: collapse; } td, th { text-align: right; padding: .2rem .7rem; }
td:first-child, th:first-child { text-align: left; } .wide { overflow-x: auto; }
@media (prefers-color-scheme: dark) { body { color: #e8e8e8; background: #1a1d21; } }
"""


def write_report(file: Path, told: Mapping[str, Any], played: Played) -> None:
    """Write the page."""
    file.write_text(page(told, played), encoding="utf-8")


def page(told: Mapping[str, Any], played: Played) -> str:
    """The whole page as HTML."""
    title = f"{told['days']} days of a team, seed {told['seed']}"
    parts = [
        "<!doctype html>",
        f'<html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>',
        '<meta name="viewport" content="width=device-width">',
        f"<style>{STYLE}</style><h1>{escape(title)}</h1>",
        f"<p>{told['mentions']} people spoke to a made-up team of twelve, the same in every arm.",
        *_otherwise(told),
        "</p>",
        _table(played),
        _section("Answered, by working hours since it was said", _answered(played)),
        _section("Rings for each answer", _bars(played)),
        _section("Rings for each person", _grouped(played, "rings_by_person")),
        _section(
            "When rings fell, by the clock of whoever was rung", _grouped(played, "rings_by_local_hour")
        ),
        _violations(played),
        "</html>",
    ]
    return "\n".join(parts)


def _otherwise(told: Mapping[str, Any]) -> list[str]:
    policy, people = ", ".join(told.get("policy", ())), told.get("otherwise", "")
    said = [f"By Hand's team chose {policy}."] if policy else []
    said += [f"People behave otherwise than usual: {people}."] if people else []
    return [escape(one, quote=False) for one in said]


def _section(title: str, drawn: str) -> str:
    return f"<h2>{escape(title)}</h2>\n{drawn}"


def _rows(rows: Sequence[Sequence[object]]) -> str:
    head, *body = rows
    heads = "".join(f"<th>{escape(str(each))}</th>" for each in head)
    lines = ("".join(f"<td>{escape(str(each))}</td>" for each in row) for row in body)
    listed = "".join(f"<tr>{line}</tr>" for line in lines)
    return f'<div class="wide"><table><tr>{heads}</tr>{listed}</table></div>'


def _table(played: Played) -> str:
    keys = ("answered_share", "median_working_hours", "rings", "rings_per_answer", "false_alarms")
    head = ["", *(key.replace("_", " ") for key in keys)]
    return _rows([head, *([NAMES[arm], *(one[key] for key in keys)] for arm, one in played.items())])


def _violations(played: Played) -> str:
    rules = list(next(iter(played.values()))["violations"])
    head = ["rule", *(NAMES[arm] for arm in played)]
    return _section(
        "Rules broken",
        _rows([head, *([rule, *(one["violations"][rule] for one in played.values())] for rule in rules)]),
    )


def _svg(title: str, inside: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{escape(title)}">'
        f'<line class="axis" x1="{LEFT}" y1="{HIGH - BELOW}" x2="{WIDE}" y2="{HIGH - BELOW}"/>'
        f"{''.join(inside)}</svg>"
    )


def _text(x: float, y: float, text: object, *, anchor: str = "middle") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(str(text))}</text>'


def _rect(x: float, y: float, wide: float, colour: str) -> str:
    high = HIGH - BELOW - y
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" fill="{colour}"/>'


def _y(part: float) -> float:
    return HIGH - BELOW - part * (HIGH - BELOW - ABOVE)


def _legend(arms: Sequence[str]) -> list[str]:
    drawn = []
    for place, arm in enumerate(arms):
        x = LEFT + place * 110
        drawn.append(f'<rect x="{x}" y="{HIGH - 12}" width="10" height="10" fill="{COLOURS[arm]}"/>')
        drawn.append(_text(x + 15, HIGH - 3, NAMES[arm], anchor="start"))
    return drawn


def _answered(played: Played) -> str:
    """A line for each arm: which part had been answered after so many working hours."""
    ends = list(next(iter(played.values()))["answered_after_hours"])
    step = (WIDE - LEFT - 20) / max(1, len(ends) - 1)
    drawn = [_text(LEFT + place * step, HIGH - BELOW + 16, f"{end} h") for place, end in enumerate(ends)]
    drawn += [_text(LEFT - 6, _y(part) + 4, f"{part:.0%}", anchor="end") for part in (0, 0.25, 0.5, 0.75, 1)]
    for arm, one in played.items():
        points = " ".join(
            f"{LEFT + place * step:.1f},{_y(one['answered_after_hours'][end]):.1f}"
            for place, end in enumerate(ends)
        )
        drawn.append(f'<polyline points="{points}" fill="none" stroke="{COLOURS[arm]}" stroke-width="2.5"/>')
    return _svg("Answered, by working hours", [*drawn, *_legend(list(played))])


def _bars(played: Played) -> str:
    """A bar for each arm."""
    values = {arm: one["rings_per_answer"] or 0.0 for arm, one in played.items()}
    most = max(values.values(), default=0) or 1
    step = (WIDE - LEFT) / len(values)
    drawn = []
    for place, (arm, value) in enumerate(values.items()):
        x, y = LEFT + place * step + step * 0.25, _y(value / most)
        drawn.append(_rect(x, y, step / 2, COLOURS[arm]))
        drawn.append(_text(x + step / 4, y - 3, f"{value:.2f}"))
        drawn.append(_text(x + step / 4, HIGH - BELOW + 16, NAMES[arm]))
    return _svg("Rings for each answer", drawn)


def _grouped(played: Played, key: str) -> str:
    """Bars side by side, a group for each person or hour."""
    arms = [arm for arm, one in played.items() if any(one[key].values())]
    groups = list(next(iter(played.values()))[key])
    most = max((played[arm][key][group] for arm in arms for group in groups), default=0) or 1
    step = (WIDE - LEFT) / len(groups)
    wide = step * 0.8 / max(1, len(arms))
    drawn = [_text(LEFT - 6, _y(1) + 4, most, anchor="end"), _text(LEFT - 6, _y(0) + 4, 0, anchor="end")]
    for place, group in enumerate(groups):
        drawn.append(_text(LEFT + (place + 0.5) * step, HIGH - BELOW + 16, group))
        for beside, arm in enumerate(arms):
            x, y = LEFT + place * step + step * 0.1 + beside * wide, _y(played[arm][key][group] / most)
            drawn.append(_rect(x, y, wide, COLOURS[arm]))
    return _svg(key.replace("_", " "), [*drawn, *_legend(arms)])
