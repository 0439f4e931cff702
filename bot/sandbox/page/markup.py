"""Plain HTML: the shell of a page, hidden fields, and files that every page needs."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.sandbox.changes import Changes
from bot.sandbox.guard import COOKIE, holds

_HERE = Path(__file__).parent
HUES = 8
KINDS = {"style.css": "text/css", "live.js": "text/javascript", "strip.js": "text/javascript"}
NO_FRILLS = {"Content-Security-Policy": "default-src 'self'; img-src 'self' data:"}


def esc(text: object) -> str:
    """Safe in HTML text and in quoted attributes."""
    return html.escape(str(text))


def is_web(url: str) -> bool:
    """Whether a browser may be sent there; javascript: and the like are not."""
    try:
        return urlsplit(url).scheme in ("http", "https")
    except ValueError:
        return False


def anchor(url: str, shown: str) -> str:
    """A link that opens beside the page; only its text when it is no address of the web."""
    if not is_web(url):
        return esc(shown)
    return f'<a href="{esc(url)}" {beside(url)}>{esc(shown)}</a>'


def beside(url: str) -> str:
    """Where it opens: what is of this machine in the side of the network, all else in a new tab."""
    at_home = urlsplit(url).hostname in ("127.0.0.1", "localhost")
    return 'target="network"' if at_home else 'target="_blank" rel="noopener"'


def unsupported(thing: Mapping[str, object]) -> str:
    """Never dropped without a word."""
    return f'<span class="unsupported">unsupported: {esc(thing["type"])}</span>'


def initials(name: str) -> str:
    """A round mark with the first letters of a name, for the eye alone."""
    letters = "".join(word[0] for word in name.split()[:2]).upper()
    hue = sum(name.encode()) % HUES
    return f'<span class="avatar hue-{hue}" aria-hidden="true">{esc(letters)}</span>'


def page(title: str, banner: str, side: str, main: str, seen: int) -> HTMLResponse:
    """A whole page; banner, side and main are HTML already, `seen` the changes that it shows."""
    kind = "slack" if "Slack" in title else "network"
    return HTMLResponse(
        f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{esc(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/style.css">
<script src="/live.js" defer></script></head>
<body class="{kind}"><header class="standin">{banner}</header>
<div class="columns" data-seen="{seen}">
<nav class="side" aria-label="Places">{side}</nav><main>{main}</main></div>
</body></html>""",
        headers=NO_FRILLS,
    )


def direction(text: str) -> str:
    """Which way a paragraph is read: by its first letter outside of what the app set apart.

    Browsers guess so too, but some of them do not pass over what is set apart (https://www.unicode.org/reports/tr9/#P2).
    """
    depth = 0
    for kind in map(unicodedata.bidirectional, text):
        if kind in ("LRI", "RLI", "FSI"):
            depth += 1
        elif kind == "PDI":
            depth -= 1
        elif depth <= 0 and kind in ("L", "R", "AL"):
            return "ltr" if kind == "L" else "rtl"
    return "auto"


def hidden(fields: Mapping[str, object]) -> str:
    """Hidden inputs."""
    return "".join(
        f'<input type="hidden" name="{esc(name)}" value="{esc(value)}">' for name, value in fields.items()
    )


def select(name: str, label: str, options: list[tuple[str, str]], *chosen: str, many: bool = False) -> str:
    """A labelled drop-down of (value, shown); with `many` a list to choose several of."""
    shown = "".join(
        f'<option value="{esc(value)}"{" selected" if value in chosen else ""}>{esc(text)}</option>'
        for value, text in options
    )
    several = " multiple" if many else ""
    return f'<select name="{esc(name)}" aria-label="{esc(label)}"{several}>{shown}</select>'


def shared_routes(changes: Changes) -> list[Route]:
    """Style, script, and the count of changes that the script asks for."""

    async def file(request: Request) -> Response:
        name = request.url.path.removeprefix("/")
        return Response((_HERE / name).read_text(encoding="utf-8"), media_type=KINDS[name])

    async def count(_request: Request) -> Response:
        return PlainTextResponse(str(changes.count))

    files = [Route(f"/{name}", file) for name in KINDS]
    return [*files, Route("/changes", count)]


def with_session(response: Response, request: Request, token: str) -> Response:
    """Remember the token of the link that opened the page."""
    if holds(request, token) and COOKIE not in request.cookies:
        response.set_cookie(COOKIE, token, httponly=True, samesite="strict")
    return response
