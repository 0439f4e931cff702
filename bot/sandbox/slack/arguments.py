"""The arguments of a Web API call, however slack_sdk sent them."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any

from starlette.requests import Request

from bot.sandbox.slack.state import SlackError

# These may be JSON text inside a form or a JSON body; a `text` that looks like JSON is text.
FOLDED = ("blocks", "view", "metadata", "attachments", "message")


async def of_call(request: Request) -> dict[str, Any]:
    """From the query, and a JSON, form or empty body; nested values may be JSON text."""
    arguments: dict[str, Any] = dict(request.query_params) | basic(request)
    body = await request.body()
    kind = request.headers.get("content-type", "").split(";")[0].strip()
    if not body:
        return arguments
    if kind == "application/json":
        return arguments | _object(body)
    form = await request.form()
    return arguments | {name: _unfolded(name, str(value)) for name, value in form.items()}


def basic(request: Request) -> dict[str, str]:
    """client_id and client_secret of HTTP Basic authentication, as oauth.v2.access takes them."""
    scheme, _, coded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        client_id, _, secret = b64decode(coded, validate=True).decode().partition(":")
    except ValueError:
        return {}
    return {"client_id": client_id, "client_secret": secret}


def bearer(request: Request, arguments: dict[str, Any]) -> str:
    """The token, from the header or the argument `token`."""
    header = request.headers.get("authorization", "")
    scheme, _, token = header.partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    return str(arguments.get("token", ""))


def flag(value: Any) -> bool:
    """Booleans come as JSON, as `1` or as `true`."""
    return value is True or str(value).lower() in ("1", "true")


def named(arguments: dict[str, Any], name: str) -> str:
    """A required text argument; invalid_arguments without it."""
    value = arguments.get(name)
    if not value or not isinstance(value, str):
        raise SlackError("invalid_arguments", [f"[ERROR] missing required field: {name}"])
    return value


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except ValueError as wrong:
        raise SlackError("invalid_json") from wrong
    if not isinstance(value, dict):
        raise SlackError("json_not_object")
    return {name: _unfolded(name, each) for name, each in value.items()}


def _unfolded(name: str, value: Any) -> Any:
    if name not in FOLDED or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
