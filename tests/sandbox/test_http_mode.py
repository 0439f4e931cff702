"""HTTP mode against an unchanged bolt app, and against an app that answers as a test wants."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import pytest
from slack_bolt import App
from slack_bolt.adapter.starlette import SlackRequestHandler
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.sandbox.box import Sandbox
from bot.sandbox.slack.acts import Act, Outcome
from bot.sandbox.slack.state import Refused
from tests.sandbox.conftest import served

BUTTON = {"type": "button", "action_id": "go", "value": "1", "text": {"type": "plain_text", "text": "Go"}}
INPUT = {
    "type": "input",
    "block_id": "note",
    "label": {"type": "plain_text", "text": "Note"},
    "element": {"type": "plain_text_input", "action_id": "words"},
}
MODAL = {
    "type": "modal",
    "callback_id": "noted",
    "title": {"type": "plain_text", "text": "T"},
    "submit": {"type": "plain_text", "text": "Go"},
    "blocks": [INPUT],
}


@dataclass
class Listener:
    """An app of few words: it keeps what came, and answers what it was told to."""

    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)
    challenged: int = 0
    deaf: bool = False

    async def take(self, request: Request) -> Response:
        body = await request.body()
        if b"url_verification" in body:
            self.challenged += 1
            told = "no" if self.deaf else json.loads(body)["challenge"]
            return PlainTextResponse(told)
        self.requests.append((dict(request.headers), body))
        return self.answers.pop(0) if self.answers else Response()


@pytest.fixture
def listener(box: Sandbox) -> Iterator[Listener]:
    heard = Listener()
    with served(Starlette(routes=[Route("/slack/events", heard.take, methods=["POST"])])) as origin:
        box.slack.use_request_url(f"{origin}/slack/events")
        yield heard


@pytest.fixture
def bolt(box: Sandbox) -> Iterator[App]:
    """A bolt app behind its own adapter for Starlette, which has answered the challenge."""
    client = WebClient(box.slack.bot_token, base_url=box.slack.api_url, retry_handlers=[])
    with ThreadPoolExecutor(4) as pool:
        app = App(client=client, signing_secret=box.slack.app.signing_secret, listener_executor=pool)
        handler = SlackRequestHandler(app)
        route = Route("/slack/events", handler.handle, methods=["POST"])
        with served(Starlette(routes=[route])) as origin:
            box.slack.use_request_url(f"{origin}/slack/events")
            yield app


def test_bolt_answers_commands_presses_modals_and_events_over_http(box: Sandbox, bolt: App) -> None:
    heard: list[str] = []

    @bolt.command("/engage")
    def engage(ack: Any, client: WebClient, body: dict[str, Any]) -> None:
        ack(text=f"you said {body['text']}")
        client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @bolt.action("go")
    def go(ack: Any, respond: Any) -> None:
        ack()
        respond(text="done", replace_original=True)

    @bolt.view("noted")
    def noted(ack: Any, view: dict[str, Any]) -> None:
        said = view["state"]["values"]["note"]["words"]["value"]
        heard.append(said)
        ack(response_action="errors", errors={"note": "longer"}) if len(said) < 3 else ack()

    @bolt.event("user_change")
    def changed(event: dict[str, Any]) -> None:
        heard.append(event["user"]["profile"]["status_text"])

    slack = box.slack
    assert slack.command("ana", "social", "/engage", "a & b").acked
    assert [each["text"] for each in slack.messages("social", "ana")] == ["you said a &amp; b"]
    view = slack.wait_for(lambda: slack.modals("ana"))[-1]
    assert slack.submit("ana", view["id"], {"note": "x"}).errors == {"note": "longer"}
    assert slack.submit("ana", view["id"], {"note": "long enough"}).acked
    assert slack.modals("ana") == []
    ts = bolt.client.chat_postMessage(
        channel="C0SOCIAL", text="x", blocks=[{"type": "actions", "elements": [BUTTON]}]
    )["ts"]
    assert slack.press("ana", "social", ts, "go").acked
    slack.wait_for(lambda: slack.messages("social")[0]["text"] == "done")
    act = slack.change_user("ana", status_text="Away")
    assert act is not None
    slack.wait_for(lambda: act.acked and len(heard) == 3)
    assert heard == ["x", "long enough", "Away"]
    assert slack.command("ana", "social", "/named").outcome is Outcome.NOT_ACKED, "bolt answers 404"


def test_bolt_refuses_a_request_that_is_older_than_five_minutes_or_signed_by_others(
    box: Sandbox, bolt: App
) -> None:
    bolt.command("/engage")(lambda ack: ack())
    box.slack.sign_late(299)
    assert box.slack.command("ana", "social", "/engage").acked
    box.slack.sign_late(301)
    assert box.slack.command("ana", "social", "/engage").outcome is Outcome.NOT_ACKED
    box.slack.heal()
    box.slack.app.signing_secret = "of somebody else"
    assert box.slack.command("ana", "social", "/engage").outcome is Outcome.NOT_ACKED


def test_each_kind_is_posted_in_its_own_form_and_signed(
    box: Sandbox, listener: Listener, client: WebClient
) -> None:
    slack = box.slack
    slack.command("ana", "social", "/engage", "ä & b")
    ts = client.chat_postMessage(
        channel="C0SOCIAL", text="x", blocks=[{"type": "actions", "elements": [BUTTON]}]
    )["ts"]
    slack.press("ana", "social", ts, "go")
    _settle(box, slack.change_user("ana", status_text="Away"))

    (command, press, event) = (dict(parse_qsl(body.decode())) for _, body in listener.requests)
    kinds = [headers["content-type"] for headers, _ in listener.requests]
    assert kinds == ["application/x-www-form-urlencoded"] * 2 + ["application/json"]
    assert (command["command"], command["text"], command["team_id"]) == ("/engage", "ä & b", "T0STANDIN")
    assert json.loads(press["payload"])["actions"][0]["value"] == "1"
    assert json.loads(listener.requests[2][1])["event"]["type"] == "user_change"
    assert event == {}
    verifier = SignatureVerifier(slack.app.signing_secret)
    assert all(verifier.is_valid_request(body, headers) for headers, body in listener.requests)
    assert listener.challenged == 1


def test_an_event_that_fails_comes_again_with_its_number_and_reason(box: Sandbox, listener: Listener) -> None:
    listener.answers += [Response(status_code=500), Response(status_code=404)]
    act = box.slack.change_user("ana", status_text="Away")
    _settle(box, act)

    assert act is not None
    assert act.acked
    retries = [headers.get("x-slack-retry-num") for headers, _ in listener.requests]
    reasons = [headers.get("x-slack-retry-reason") for headers, _ in listener.requests]
    assert retries == [None, "1", "2"]
    assert reasons == [None, "http_error", "http_error"]
    assert len({json.loads(body)["event_id"] for _, body in listener.requests}) == 1


def test_no_retry_stops_the_retries_and_nothing_but_events_is_tried_again(
    box: Sandbox, listener: Listener
) -> None:
    stop = {"X-Slack-No-Retry": "1"}
    listener.answers += [Response(status_code=500, headers=stop), Response(status_code=500)]
    act = box.slack.change_user("ana", status_text="Away")
    _settle(box, act)
    command = box.slack.command("ana", "social", "/engage")

    assert act is not None
    assert (act.outcome, command.outcome) == (Outcome.NOT_ACKED, Outcome.NOT_ACKED)
    assert command.notice == "/engage failed with the error “operation_timeout”"
    assert len(listener.requests) == 2


def test_the_answer_in_the_body_is_the_ack(box: Sandbox, listener: Listener) -> None:
    shared = {"response_type": "in_channel", "text": "for all"}
    listener.answers += [PlainTextResponse("for you"), JSONResponse(shared)]
    alone, together = (box.slack.command("ana", "social", "/engage") for _ in range(2))

    assert (alone.answer, together.answer) == ({"text": "for you"}, shared)
    assert [each["text"] for each in box.slack.messages("social", "ben")] == ["for all"]
    logged = [json.loads(each) for each in box.slack.log_lines().splitlines()]
    assert [each["payload"] for each in logged if each["kind"] == "ack"] == [{"text": "for you"}, shared]


def test_a_slow_or_absent_app_is_not_waited_for(box: Sandbox) -> None:
    async def silent(request: Request) -> Response:
        if b"challenge" in await request.body():
            return JSONResponse({"challenge": (await request.json())["challenge"]})
        await request.is_disconnected()
        while (await request.receive())["type"] != "http.disconnect":
            pass
        return Response()

    with served(Starlette(routes=[Route("/", silent, methods=["POST"])])) as origin:
        box.slack.use_request_url(f"{origin}/")
        assert box.slack.command("ana", "social", "/engage").outcome is Outcome.NOT_ACKED
    assert box.slack.command("ana", "social", "/engage").outcome is Outcome.NO_CONNECTION
    box.slack.change_app(socket_mode=True)
    assert box.slack.command("ana", "social", "/engage").outcome is Outcome.NO_CONNECTION


def test_only_a_url_of_this_machine_that_answers_the_challenge_is_used(
    box: Sandbox, listener: Listener
) -> None:
    listener.deaf = True
    url = box.slack.app.manifest.events_url
    for wrong, why in (
        (url, "did not answer with the value of the challenge"),
        (f"{url}/gone", "did not answer with the value of the challenge"),
        ("http://127.0.0.1:9/", "did not answer"),
        ("https://hooks.example/slack", "is not on this machine"),
        ("http://127.0.0.1.example/slack", "is not on this machine"),
    ):
        with pytest.raises(Refused, match=why):
            box.slack.use_request_url(wrong)
    everywhere = url.replace("127.0.0.1", "0.0.0.0")
    box.slack.change_app(interactivity_url=everywhere)
    assert box.slack.shortcut("ana", "note").outcome is Outcome.NO_CONNECTION
    assert listener.requests == []
    assert f'"url": "{everywhere}"' in box.slack.log_lines()


def _settle(box: Sandbox, act: Act | None) -> None:
    assert act is not None
    box.slack.wait_for(lambda: act.outcome is not Outcome.WAITING)
