"""Slack over HTTP: each request is checked by its signature, then taken as those of the socket are.

Bolt's adapter for Starlette answers inside the event loop, where one slow ack would hold up all the others;
only its two translations are used, and the bolt app runs in a thread.
"""

from __future__ import annotations

import re

from slack_bolt import App
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

TIME = re.compile(r"[0-9]{1,15}", re.ASCII)
SIGNATURE = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)
LARGEST = 2_000_000
"""Bytes. Slack's largest view has 250 kB, and a form writes some signs with nine."""


class Requests:
    """An endpoint for events, commands and presses; bolt refuses what is not signed by Slack just now.

    Within Slack's five minutes the same request may come twice: the inbox takes each thing once.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    async def take(self, request: Request) -> Response:
        """One request and its ack."""
        if not _may_be_signed(request):
            return Response(status_code=401)
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        try:
            told = to_bolt_request(request, body)
        except ValueError:  # neither text nor JSON: not from Slack
            return Response(status_code=400)
        return to_starlette_response(await run_in_threadpool(self._app.dispatch, told))


def _may_be_signed(request: Request) -> bool:
    """Whether the headers have the form of Slack's: on others slack_sdk's check of the signature breaks."""
    at = request.headers.get("x-slack-request-timestamp", "")
    signature = request.headers.get("x-slack-signature", "")
    return bool(TIME.fullmatch(at) and SIGNATURE.fullmatch(signature))


async def _body(request: Request) -> bytes | None:
    """What was sent, or None when it is more than Slack ever sends."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            return None
    return body
