"""The page where a person of a workspace allows the app to be installed."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.sandbox.slack.app import App
from bot.sandbox.slack.oauth import Asked, Grants
from bot.sandbox.slack.request_urls import is_loopback
from bot.sandbox.slack.state import Workspace

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>A stand-in, not Slack</title>
<h1>{name} asks to be installed</h1><p>This is a stand-in for Slack on your machine.</p>
<form method="post">
<p><label>Workspace and person <select name="who">{people}</select></label></p>
<p>It may: {scopes}</p>{optional}
<button name="decision" value="allow">Allow</button> <button name="decision" value="deny">Cancel</button>
</form></html>"""

FIELDS = ("decision", "who", "without")


class Authorize:
    """GET shows what is asked; POST goes back to the app with a code, or with access_denied."""

    def __init__(self, app: App, workspaces: dict[str, Workspace], grants: Grants) -> None:
        self._app = app
        self._workspaces = workspaces
        self._grants = grants

    async def page(self, request: Request) -> Response:
        """Both."""
        asked = Asked.of(dict(request.query_params), self._app)
        wrong = asked.wrong(self._app)
        if not wrong and not is_loopback(asked.redirect_uri):
            wrong = "bad_redirect_uri"
        if wrong:
            return HTMLResponse(f"<!doctype html><title>Slack would say</title><p>{wrong}</p>", 400)
        if request.method == "GET":
            return HTMLResponse(self._shown(asked))
        form = {name: [str(each) for each in (await request.form()).getlist(name)] for name in FIELDS}
        if form["decision"] == ["allow"] and not self._is_somebody(form["who"]):
            return HTMLResponse("<!doctype html><title>Nobody</title><p>Choose who allows it.</p>", 400)
        return RedirectResponse(f"{asked.redirect_uri}?{urlencode(self._decided(asked, form))}", 302)

    def _is_somebody(self, who: list[str]) -> bool:
        team, _, user = "".join(who).partition("/")
        return team in self._workspaces and user in self._workspaces[team].users

    def _decided(self, asked: Asked, form: dict[str, list[str]]) -> dict[str, str]:
        back = {"state": asked.state} if asked.state else {}
        if form["decision"] != ["allow"]:
            return back | {"error": "access_denied"}
        team, _, user = form["who"][0].partition("/")
        workspace = self._workspaces[team]
        with workspace.ground.changes.making():
            code = self._grants.allow(workspace, user, asked, frozenset(form["without"]))
            workspace.ground.log.write("authorized", team=team, user=user, scopes=sorted(asked.scopes))
        return back | {"code": code}

    def _shown(self, asked: Asked) -> str:
        manifest = self._app.manifest
        people = "".join(
            f'<option value="{escape(f"{team.team_id}/{each.id}")}">'
            f"{escape(team.name)}: {escape(each.real_name)}</option>"
            for team in self._workspaces.values()
            for each in team.users.values()
            if not each.is_bot
        )
        optional = "".join(
            f'<p><label><input type="checkbox" name="without" value="{escape(each)}">'
            f" without {escape(each)}</label></p>"
            for each in sorted(asked.scopes & manifest.optional_scopes)
        )
        scopes = escape(", ".join(sorted(asked.scopes)))
        return PAGE.format(name=escape(manifest.name), people=people, scopes=scopes, optional=optional)
