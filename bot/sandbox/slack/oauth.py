"""OAuth v2: codes that a person's yes makes, each exchanged once for the workspace's bot token."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack.app import App
from bot.sandbox.slack.state import Json, SlackError, Workspace

SECONDS = 10 * 60
"""A code is good for ten minutes (docs.slack.dev/authentication/installing-with-oauth)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the authorize page was opened with."""

    client_id: str
    scopes: frozenset[str]
    redirect_uri: str
    state: str

    @classmethod
    def of(cls, query: dict[str, str], app: App) -> Asked:
        """From the query; without a redirect_uri it is the app's first."""
        first = next(iter(app.manifest.redirect_urls), "")
        return cls(
            client_id=query.get("client_id", ""),
            scopes=frozenset(each for each in query.get("scope", "").split(",") if each),
            redirect_uri=query.get("redirect_uri") or first,
            state=query.get("state", ""),
        )

    def wrong(self, app: App) -> str:
        """Slack's word for what is wrong with it, or nothing."""
        if self.client_id != app.client_id:
            return "invalid_client_id"
        if not self.scopes:
            return "no_scopes"
        if self.scopes - app.manifest.scopes - app.manifest.optional_scopes:
            return "invalid_scope"
        if not any(self.redirect_uri.startswith(each) for each in app.manifest.redirect_urls):
            return "bad_redirect_uri"
        return ""


@dataclass(slots=True)
class _Code:
    workspace: Workspace
    user: str
    scopes: frozenset[str]
    redirect_uri: str
    since: float


class Grants:
    """The codes that were given out and not exchanged yet."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._codes: dict[str, _Code] = {}

    def allow(self, workspace: Workspace, user: str, asked: Asked, without: frozenset[str]) -> str:
        """A code for what that person allowed: all that was asked, less the optional scopes in `without`."""
        code = f"{secrets.randbelow(10**12)}.{secrets.token_hex(12)}"
        scopes = asked.scopes - (without & self._app.manifest.optional_scopes)
        now = self._app.ground.wire.now()
        self._codes[code] = _Code(workspace, user, scopes, asked.redirect_uri, now)
        return code

    def exchange(self, arguments: dict[str, Any]) -> Json:
        """The app is installed; SlackError otherwise, and a code that was used or is old is used up."""
        if arguments.get("client_id") != self._app.client_id:
            raise SlackError("invalid_client_id")
        secret = str(arguments.get("client_secret") or "")
        if not secrets.compare_digest(secret.encode(), self._app.client_secret.encode()):
            raise SlackError("bad_client_secret")
        if arguments.get("grant_type", "authorization_code") != "authorization_code":
            raise SlackError("invalid_grant_type")
        code = self._codes.pop(str(arguments.get("code")), None)
        if code is None or self._app.ground.wire.now() - code.since > SECONDS:
            raise SlackError("invalid_code")
        if arguments.get("redirect_uri", code.redirect_uri) != code.redirect_uri:
            raise SlackError("bad_redirect_uri")
        code.workspace.install(code.scopes)
        return self._told(code.workspace, code.user)

    def _told(self, workspace: Workspace, user: str) -> Json:
        return {
            "app_id": self._app.app_id,
            "authed_user": {"id": user},
            "scope": ",".join(sorted(workspace.granted)),
            "token_type": "bot",
            "access_token": workspace.bot_token,
            "bot_user_id": workspace.bot.id,
            "team": {"id": workspace.team_id, "name": workspace.name},
            "enterprise": None,
            "is_enterprise_install": False,
        }
