"""Slack over HTTP: signed requests are acked and done once, and nothing else gets in."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.slack.requests import LARGEST
from tests.web.conftest import OverHttp
from tests.web.signed import signed

pytestmark = pytest.mark.connects

JSON = {"Content-Type": "application/json"}
HELLO = json.dumps({"type": "url_verification", "token": "t", "challenge": "are you there?"}).encode()


def buttons(message: dict, code: str) -> Iterator[str]:
    for block in message["blocks"]:
        for element in block.get("elements", []):
            if element.get("action_id") == code:
                yield element["value"]


def test_slack_may_ask_whether_the_address_is_ours(over: OverHttp) -> None:
    answer = over.post(HELLO, JSON | signed(HELLO))
    assert answer.status_code == 200
    assert "are you there?" in answer.text


UNSIGNED: dict[str, Callable[[], dict[str, str]]] = {
    "nothing": dict,
    "another secret": lambda: signed(HELLO, "another-secret-0123"),
    "another body": lambda: signed(b"another body"),
    "too old": lambda: signed(HELLO, at=time.time() - 301),
    "too early": lambda: signed(HELLO, at=time.time() + 400),
    "no time": lambda: signed(HELLO) | {"X-Slack-Request-Timestamp": "soon"},
    "a long time": lambda: signed(HELLO) | {"X-Slack-Request-Timestamp": "9" * 5000},
    "odd signs": lambda: signed(HELLO) | {"X-Slack-Signature": "v0=\u00e9"},
}


@pytest.mark.parametrize("how", UNSIGNED)
def test_what_slack_did_not_sign_just_now_is_refused(over: OverHttp, how: str) -> None:
    headers = {name: value.encode("utf-8") for name, value in (JSON | UNSIGNED[how]()).items()}
    answer = over.post(HELLO, headers)
    assert answer.status_code == 401
    assert "are you there?" not in answer.text


def test_what_is_no_request_of_slacks_is_refused_without_a_trace(over: OverHttp) -> None:
    for body in (b"{not json", b"\xff\xfe"):
        assert over.post(body, JSON | signed(body)).status_code == 400
    assert over.post(b"x" * (LARGEST + 1), JSON | signed(b"")).status_code == 413
    assert over.get("/slack/events").status_code == 405


def test_a_command_is_acked_and_answered_to_the_asker_alone(over: OverHttp) -> None:
    assert over.box.slack.command("ana", over.cast.channel, "/engage", "help").acked
    over.work()
    (told,) = [one for one in over.box.slack.messages(over.cast.channel, "ana") if one.get("is_ephemeral")]
    assert "By Hand" in told["text"]


def test_a_press_is_done_once_however_often_it_comes(over: OverHttp) -> None:
    before = over.moves().count("claim")
    value = next(buttons(over.digest(), "claim"))
    act = over.box.slack.press("ana", over.cast.channel, over.digest()["ts"], "claim", value)
    assert act.acked
    with ThreadPoolExecutor(4) as pool:
        assert {one.status_code for one in pool.map(lambda _: over.again(act), range(4))} == {200}
    over.work()
    assert over.moves().count("claim") == before + 1


def test_a_modal_opens_and_its_submission_is_decided_in_the_ack(over: OverHttp) -> None:
    slack, channel = over.box.slack, over.cast.channel
    *_, value = buttons(over.digest(), "assign")
    assert slack.press("chidi", channel, over.digest()["ts"], "assign", value).acked
    over.work()
    (modal,) = slack.modals("chidi")
    refused = slack.submit("chidi", modal["id"], {"teammate": slack.workspace.bot.id})
    assert "cannot reply by hand" in refused.errors["teammate"]
    assert not slack.submit("chidi", modal["id"], {"teammate": over.cast.users["ben"]}).errors
    over.work()
    assert "we asked Ben Okafor" in json.dumps(over.digest()["blocks"])


def test_home_opens_and_decides(over: OverHttp) -> None:
    slack = over.box.slack
    assert slack.open_home("chidi").acked
    over.work()
    before = over.moves().count("elsewhere")
    view = slack.home("chidi")
    assert view
    value = [element for element in _menus(view["blocks"]) if element.startswith("elsewhere:")][-1]
    assert slack.press_in_view("chidi", view["id"], "menu", value).acked
    over.work()
    assert over.moves().count("elsewhere") == before + 1
    after = slack.home("chidi")
    assert after
    assert value not in _menus(after["blocks"])


def _menus(blocks: list[dict]) -> list[str]:
    elements = [one for block in blocks for one in block.get("elements", [])]
    return [option["value"] for one in elements for option in one.get("options", [])]


def test_an_event_that_slack_sends_again_changes_nothing_more(over: OverHttp) -> None:
    over.bot.office.people.teammate(over.bot.office.workspace, over.cast.users["chidi"])
    act = over.box.slack.change_user("chidi", real_name="Chidi P.")
    assert act
    over.box.slack.wait_for(lambda: act.acked)
    assert over.again(act).status_code == 200
    over.work()
    with over.bot.office.store.read(over.bot.office.workspace) as tx:
        assert "Chidi P." in [one.name for one in tx.people.teammates()]


def test_health_is_the_process_and_its_database_and_ready_is_its_work(over: OverHttp) -> None:
    health, ready = over.get("/health"), over.get("/ready")
    assert (health.status_code, health.json()) == (200, {"process": "well", "database": "well"})
    assert (ready.status_code, ready.json()) == (503, {"slack": "well", "clock": "not well"})
    assert over.get("/").status_code == 404
    assert "server" not in {name.lower() for name in health.headers}
