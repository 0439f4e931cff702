"""OAuth v2: bolt's own flow installs the app in a second workspace, and wrong exchanges are refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from slack_bolt import App
from slack_bolt.adapter.starlette import SlackRequestHandler
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_sdk import WebClient
from slack_sdk.oauth.installation_store import FileInstallationStore
from slack_sdk.oauth.state_store import FileOAuthStateStore
from starlette.applications import Starlette
from starlette.routing import Route

from bot.sandbox.box import Sandbox
from bot.sandbox.slack.handle import Slack
from tests.sandbox.conftest import refusal, served

pytestmark = pytest.mark.connects

BACK = "http://127.0.0.1:9/slack/oauth_redirect"


@pytest.fixture
def other(box: Sandbox) -> Slack:
    """A team that has not installed the app."""
    slack = box.add_workspace("T0OTHER", "Next <door>", installed=False)
    slack.add_user("eve", id="U0EVE")
    slack.add_channel("social", id="C0SOCIAL")
    box.slack.change_app(redirect_urls=(BACK,))
    return slack


@pytest.fixture
def browser() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False, verify=False) as client:
        yield client


def asked(slack: Slack, **more: str) -> dict[str, str]:
    app = slack.app
    return {
        "client_id": app.client_id,
        "scope": "chat:write,dnd:read",
        "redirect_uri": BACK,
        "state": "s",
    } | more


def allow(slack: Slack, browser: httpx.Client, **form: str) -> dict[str, str]:
    """What the app is sent back with."""
    said = {"decision": "allow", "who": "T0OTHER/U0EVE"} | form
    answer = browser.post(slack.authorize_url, params=asked(slack), data=said)
    assert answer.status_code == 302
    assert answer.headers["location"].startswith(f"{BACK}?")
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


def test_bolts_own_flow_installs_the_app(
    box: Sandbox, other: Slack, browser: httpx.Client, tmp_path: Path
) -> None:
    settings = OAuthSettings(
        client_id=box.slack.app.client_id,
        client_secret=box.slack.app.client_secret,
        scopes=["chat:write", "commands"],
        authorization_url=box.slack.authorize_url,
        installation_store=FileInstallationStore(base_dir=str(tmp_path / "installs")),
        state_store=FileOAuthStateStore(expiration_seconds=60, base_dir=str(tmp_path / "states")),
    )
    app = App(
        client=WebClient(base_url=box.slack.api_url),
        signing_secret=box.slack.app.signing_secret,
        oauth_settings=settings,
    )
    handler = SlackRequestHandler(app)
    routes = [Route(f"/slack/{name}", handler.handle) for name in ("install", "oauth_redirect")]
    with served(Starlette(routes=routes)) as origin:
        redirect = f"{origin}/slack/oauth_redirect"
        box.slack.change_app(redirect_urls=(redirect,))
        page = browser.get(f"{origin}/slack/install")
        # Bolt's cookie is for https; a browser that went through a proxy with a certificate sends it.
        cookie = {"Cookie": page.headers["set-cookie"].split(";")[0]}
        found = re.search(r'href="([^"]+oauth/v2/authorize[^"]+)"', page.text)
        assert found
        to = found[1].replace("&amp;", "&")
        shown = browser.get(to).text
        assert "Next &lt;door&gt;: Eve" in shown
        assert "chat:write, commands" in shown
        sent_back = browser.post(to, data={"decision": "allow", "who": "T0OTHER/U0EVE"})
        done = browser.get(sent_back.headers["location"], headers=cookie)
        again = browser.get(sent_back.headers["location"], headers=cookie)

    assert (done.status_code, again.status_code) == (200, 401), "the state works once"
    installed = settings.installation_store.find_bot(enterprise_id=None, team_id="T0OTHER")
    assert installed is not None
    assert (installed.bot_token, installed.bot_scopes) == (other.bot_token, ["chat:write", "commands"])
    assert WebClient(installed.bot_token, base_url=box.slack.api_url).auth_test()["team_id"] == "T0OTHER"
    assert other.bot_token not in box.slack.log_lines()
    assert box.slack.app.client_secret not in box.slack.log_lines()


def test_a_code_is_exchanged_once_in_ten_minutes_by_the_app_that_asked(
    box: Sandbox, other: Slack, browser: httpx.Client
) -> None:
    app, web = box.slack.app, WebClient(base_url=box.slack.api_url)
    ours = {"client_id": app.client_id, "client_secret": app.client_secret, "redirect_uri": BACK}

    def exchange(**more: Any) -> str:
        return refusal(web.oauth_v2_access, **(ours | {"code": "1.2"} | more))

    assert exchange() == "invalid_code"
    assert exchange(client_id="1.1") == "invalid_client_id"
    assert exchange(client_secret="guess") == "bad_client_secret"
    assert exchange(grant_type="password") == "invalid_grant_type"
    told = allow(box.slack, browser)
    assert told["state"] == "s"
    answer = web.oauth_v2_access(**ours, code=told["code"])
    assert answer["access_token"] == other.bot_token
    assert (answer["team"]["id"], answer["authed_user"]["id"]) == ("T0OTHER", "U0EVE")
    assert answer["scope"] == "chat:write,dnd:read"
    assert exchange(code=told["code"]) == "invalid_code"
    assert exchange(code=allow(box.slack, browser)["code"], redirect_uri=f"{BACK}/x") == "bad_redirect_uri"
    late = allow(box.slack, browser)["code"]
    box.slack.advance_wire(601)
    assert exchange(code=late) == "invalid_code"
    token = other.bot_token
    web.oauth_v2_access(**ours, code=allow(box.slack, browser)["code"])
    assert other.bot_token == token, "a second yes gives the same token"


def test_the_page_refuses_what_slack_refuses_and_a_person_may_say_no(
    box: Sandbox, other: Slack, browser: httpx.Client
) -> None:
    for more, word in (
        ({"client_id": "1.1"}, "invalid_client_id"),
        ({"scope": ""}, "no_scopes"),
        ({"scope": "chat:write,files:write"}, "invalid_scope"),
        ({"redirect_uri": "http://127.0.0.1:9/else"}, "bad_redirect_uri"),
    ):
        page = browser.get(box.slack.authorize_url, params=asked(box.slack, **more))
        assert (page.status_code, word in page.text) == (400, True)
    box.slack.change_app(redirect_urls=("https://app.example",))
    page = browser.get(box.slack.authorize_url, params=asked(box.slack, redirect_uri="https://app.example/x"))
    assert page.status_code == 400, "it leads nowhere else"
    box.slack.change_app(redirect_urls=(BACK,))
    assert allow(box.slack, browser, decision="deny") == {"state": "s", "error": "access_denied"}
    nobody = {"decision": "allow", "who": "T0OTHER/U0NOBODY"}
    assert browser.post(box.slack.authorize_url, params=asked(box.slack), data=nobody).status_code == 400
    assert not other.workspace.installed
    code = allow(box.slack, browser, without="dnd:read")["code"]
    web = WebClient(base_url=box.slack.api_url)
    app = box.slack.app
    told = web.oauth_v2_access(client_id=app.client_id, client_secret=app.client_secret, code=code)
    assert told["scope"] == "chat:write"
