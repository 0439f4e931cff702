"""The unchanged bolt app over a real socket: commands, presses, modals, answers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt import App

from bot.sandbox.box import Sandbox
from bot.sandbox.slack.acts import Outcome
from bot.sandbox.slack.state import Refused
from tests.sandbox.conftest import connected

MODAL = {
    "type": "modal",
    "callback_id": "assign",
    "title": {"type": "plain_text", "text": "Assign"},
    "submit": {"type": "plain_text", "text": "Ask"},
    "blocks": [
        {
            "type": "input",
            "block_id": "who",
            "label": {"type": "plain_text", "text": "Teammate"},
            "element": {"type": "users_select", "action_id": "pick"},
        },
        {
            "type": "input",
            "block_id": "note",
            "optional": True,
            "label": {"type": "plain_text", "text": "Note"},
            "element": {"type": "plain_text_input", "action_id": "words", "initial_value": "Please"},
        },
    ],
}


def button(action_id: str, value: str) -> dict[str, Any]:
    label = {"type": "plain_text", "text": f"Reply to {value}"}
    return {"type": "button", "action_id": action_id, "text": label, "value": value}


def with_buttons(*elements: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "actions", "elements": list(elements)}]


def test_a_command_is_acked_and_answered_for_the_person_alone(
    box: Sandbox, new_app: Callable[[], App]
) -> None:
    app = new_app()

    @app.command("/engage")
    def engage(ack: Any, respond: Any, command: dict[str, Any]) -> None:
        ack()
        respond(f"you said {command['text']} & that is all")

    with connected(box, app):
        act = box.slack.command("ana", "social", "/engage", "list")
        seen = box.slack.wait_for(lambda: box.slack.messages("social", "ana"))

    assert act.acked
    assert seen[0]["text"] == "you said list &amp; that is all"
    assert seen[0]["is_ephemeral"]
    assert box.slack.messages("social", "ben") == []
    assert box.slack.unread("ana") == {}


def test_the_text_of_an_ack_is_shown_to_the_person(box: Sandbox, new_app: Callable[[], App]) -> None:
    app = new_app()
    app.command("/engage")(lambda ack: ack("one moment"))

    with connected(box, app):
        act = box.slack.command("ana", "social", "/engage")

    assert act.answer == {"text": "one moment"}
    assert [each["text"] for each in box.slack.messages("social", "ana")] == ["one moment"]


def test_a_press_edits_the_message_and_rings_nobody(box: Sandbox, new_app: Callable[[], App]) -> None:
    app = new_app()
    pressed: list[str] = []

    @app.action("claim")
    def claim(ack: Any, action: dict[str, Any], respond: Any) -> None:
        ack()
        pressed.append(action["value"])
        respond(text="Ana has it", replace_original=True)

    ts = app.client.chat_postMessage(
        channel="C0SOCIAL", text="two wait", blocks=with_buttons(button("claim", "mei"), button("later", "x"))
    )["ts"]
    assert box.slack.unread("ana") == {"C0SOCIAL": 1}
    box.slack.read("ana", "social")

    with connected(box, app):
        act = box.slack.press("ana", "social", ts, "claim")
        box.slack.wait_for(lambda: box.slack.messages("social")[0]["text"] == "Ana has it")

    assert act.acked
    assert pressed == ["mei"]
    assert box.slack.messages("social")[0]["edited"]["ts"] > ts
    assert box.slack.unread("ana") == {}
    assert box.slack.unread("ben") == {"C0SOCIAL": 1}


def test_a_modal_shows_errors_at_the_field_and_then_closes(box: Sandbox, new_app: Callable[[], App]) -> None:
    app = new_app()
    notes: list[str] = []

    @app.command("/engage")
    def engage(ack: Any, client: Any, body: dict[str, Any]) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @app.view("assign")
    def assign(ack: Any, view: dict[str, Any]) -> None:
        values = view["state"]["values"]
        notes.append(values["note"]["words"]["value"])
        if values["who"]["pick"]["selected_user"] == "U0BEN":
            ack(response_action="errors", errors={"who": "Ben is away"})
        else:
            ack()

    with connected(box, app):
        box.slack.command("ana", "social", "/engage")
        view = box.slack.wait_for(lambda: box.slack.modals("ana"))[-1]
        empty = box.slack.submit("ana", view["id"])
        refused = box.slack.submit("ana", view["id"], {"who": "U0BEN"})
        still_open = box.slack.modals("ana")[-1]
        taken = box.slack.submit("ana", view["id"], {"who": "U0ANA", "note": {"words": "You know it"}})

    assert empty.outcome is Outcome.NOT_SENT
    assert "who" in empty.errors
    assert refused.errors == {"who": "Ben is away"}
    assert still_open["errors"] == {"who": "Ben is away"}
    assert taken.errors == {}
    assert box.slack.modals("ana") == []
    assert notes == ["Please", "You know it"]


def test_home_is_opened_published_and_pressed(box: Sandbox, new_app: Callable[[], App]) -> None:
    app = new_app()
    containers: list[dict[str, Any]] = []

    @app.event("app_home_opened")
    def opened(event: dict[str, Any], client: Any) -> None:
        view = {"type": "home", "blocks": with_buttons(button("refresh", "now"))}
        client.views_publish(user_id=event["user"], view=view)

    @app.action("refresh")
    def refresh(ack: Any, body: dict[str, Any]) -> None:
        ack()
        containers.append(body["container"])

    with connected(box, app):
        assert box.slack.open_home("ana").acked
        home = box.slack.wait_for(lambda: box.slack.home("ana"))
        assert box.slack.press_in_view("ana", home["id"], "refresh").acked
        box.slack.wait_for(lambda: containers)

    assert containers == [{"type": "view", "view_id": home["id"]}]
    assert box.slack.home("ben") is None


def test_a_menu_gets_its_options_from_the_app(box: Sandbox, new_app: Callable[[], App]) -> None:
    app = new_app()
    menu = {"type": "external_select", "action_id": "label", "min_query_length": 1}
    row = {"type": "input", "block_id": "row", "label": MODAL["title"], "element": menu}

    @app.command("/engage")
    def engage(ack: Any, client: Any, body: dict[str, Any]) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=MODAL | {"blocks": [row]})

    @app.options("label")
    def load(ack: Any, payload: dict[str, Any]) -> None:
        option = {"text": {"type": "plain_text", "text": payload["value"]}, "value": payload["block_id"]}
        ack(options=[option])

    with connected(box, app):
        box.slack.command("ana", "social", "/engage")
        view = box.slack.wait_for(lambda: box.slack.modals("ana"))[-1]
        act = box.slack.suggest("ana", view["id"], "label", "ex")
        sent = box.slack.submit("ana", view["id"], {"row": {"label": act.answer["options"][0]}}, wait=False)

    assert act.answer == {"options": [{"text": {"type": "plain_text", "text": "ex"}, "value": "row"}]}
    state = sent.payload["view"]["state"]["values"]["row"]["label"]
    assert state["selected_option"]["value"] == "row"


def test_what_no_listener_takes_is_not_acked(box: Sandbox, new_app: Callable[[], App]) -> None:
    with connected(box, new_app()):
        act = box.slack.command("ana", "social", "/named")

    assert act.outcome is Outcome.NOT_ACKED


def test_without_a_connection_the_person_learns_at_once(box: Sandbox) -> None:
    assert box.slack.command("ana", "social", "/engage").outcome is Outcome.NO_CONNECTION


def test_a_button_that_is_not_there_cannot_be_pressed(box: Sandbox, client: Any) -> None:
    blocks = with_buttons(button("claim", "mei"))
    blocks += with_buttons(button("claim", "chidi"))
    ts = client.chat_postMessage(channel="C0SOCIAL", text="x", blocks=blocks)["ts"]

    with pytest.raises(Refused, match="there is no 'gone'"):
        box.slack.press("ana", "social", ts, "gone")
    with pytest.raises(Refused, match="there are 2"):
        box.slack.press("ana", "social", ts, "claim")
    with pytest.raises(Refused, match="sees no message"):
        box.slack.press("ana", "social", "1.000000", "claim")
    with pytest.raises(Refused, match="there is no 'claim'"):
        box.slack.press("ana", "social", ts, "claim", "nobody")
    assert box.slack.press("ana", "social", ts, "claim", "chidi").outcome is Outcome.NO_CONNECTION


def test_each_envelope_goes_to_exactly_one_of_two_sockets(box: Sandbox, new_app: Callable[[], App]) -> None:
    heard: list[str] = []
    lock = threading.Lock()

    def listen(name: str) -> App:
        app = new_app()

        @app.command("/engage")
        def engage(ack: Any) -> None:
            with lock:
                heard.append(name)
            ack()

        return app

    with connected(box, listen("one")), connected(box, listen("two"), sockets=2):
        acts = [box.slack.command("ana", "social", "/engage") for _ in range(4)]

    assert all(act.acked for act in acts)
    assert sorted(heard) == ["one", "one", "two", "two"]
