"""What the pages of this machine share: who may ask for them, and how they look."""

from __future__ import annotations

import secrets
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse

HOST = "127.0.0.1"
DONE = "<p>Thank you. You can close this page and go back to the terminal.</p>"

STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 3rem auto; padding: 0 1rem; }
label { display: block; margin-top: 1.25rem; font-weight: 600; }
small { display: block; opacity: .8; }
input { font: inherit; box-sizing: border-box; width: 100%; padding: .5rem; margin-top: .25rem; }
button { font: inherit; margin-top: 1.5rem; padding: .5rem 1.25rem; }
"""


def is_from_here(request: Request, port: int) -> bool:
    """Whether it was sent to this machine by name, and by no other page than our own."""
    here = {f"{name}:{port}" for name in (HOST, "localhost")}
    origin = request.headers.get("origin")
    return request.headers.get("host", "") in here and (
        origin is None or origin.removeprefix("http://") in here
    )


def shown(title: str, content: str, status: int = 200) -> HTMLResponse:
    """The page with that content, which may be neither kept nor framed; `content` is HTML."""
    nonce = secrets.token_urlsafe(12)
    page = (
        f'<!doctype html><html lang="en"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
        f'<style nonce="{nonce}">{STYLE}</style><h1>{escape(title)}</h1>{content}'
    )
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": policy,
        "Referrer-Policy": "same-origin",  # with less the browser would send no Origin to check
        "X-Content-Type-Options": "nosniff",
    }
    return HTMLResponse(page, status, headers)
