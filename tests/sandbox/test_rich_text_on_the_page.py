"""What the pages draw of rich text, menus and choices, and that nothing from outside can act in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient

from bot.sandbox.box import Sandbox
from bot.sandbox.page.markup import anchor
from bot.sandbox.page.mrkdwn import Reader
from bot.sandbox.page.rich import rich_text, table
from tests.sandbox.conftest import post_unchecked

pytestmark = pytest.mark.connects

SCRIPT = "<script>alert(1)</script>"
HERE = {"as": "U0ANA", "at": "C0SOCIAL"}


@pytest.fixture
def browser(box: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=box.control_url, trust_env=False, follow_redirects=True) as client:
        client.get(box.page_url)
        yield client


@pytest.fixture
def reader(box: Sandbox) -> Reader:
    return Reader(box.slack.workspace, "Europe/Berlin", datetime(2026, 11, 23, 12, tzinfo=UTC))


def section(*elements: dict[str, Any], kind: str = "rich_text_section") -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(elements)}]}


def words(text: str, **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": text} | ({"style": style} if style else {})


def option(value: str) -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": f"<{value}>"}, "value": value}


def test_rich_text_is_drawn_with_its_styles_people_and_dates(reader: Reader) -> None:
    yesterday = int((reader.now - timedelta(days=1)).timestamp())
    form = "{date_short_pretty} at {time}"

    def drawn(*elements: dict[str, Any], kind: str = "rich_text_section") -> str:
        return rich_text(reader, section(*elements, kind=kind))

    assert drawn(words("a\nb", bold=True)) == '<p dir="ltr"><strong>a<br>b</strong></p>'
    assert drawn(words("x", code=True), kind="rich_text_quote") == (
        '<blockquote dir="ltr"><code>x</code></blockquote>'
    )
    assert drawn(words("x"), kind="rich_text_preformatted") == '<pre dir="ltr">x</pre>'
    listed = {"type": "rich_text_list", "style": "ordered", "elements": section(words("x"))["elements"]}
    assert rich_text(reader, {"elements": [listed]}) == "<ol><li>x</li></ol>"
    assert "@Ana<" in drawn({"type": "user", "user_id": "U0ANA"})
    assert "#social<" in drawn({"type": "channel", "channel_id": "C0SOCIAL"})
    assert "@channel<" in drawn({"type": "broadcast", "range": "channel"})
    assert "&#x1f389;" in drawn({"type": "emoji", "name": "tada", "unicode": "1f389"})
    assert ">yesterday at 13:00<" in drawn({"type": "date", "timestamp": yesterday, "format": form})
    assert "unsupported: hologram" in drawn({"type": "hologram"})


@pytest.mark.parametrize(
    ("said", "way"),
    [
        ("Layla waits", "ltr"),
        ("\u2068ليلى\u2069 waits", "ltr"),
        ("“ليلى”", "rtl"),
        ("\u2068Layla\u2069 تنتظر", "rtl"),
        ("12:30 🎉", "auto"),
    ],
)
def test_a_line_is_read_the_way_of_its_first_letter_and_not_of_a_name_set_apart(
    reader: Reader, said: str, way: str
) -> None:
    assert rich_text(reader, section(words(said))) == f'<p dir="{way}">{said}</p>'


def test_a_table_is_drawn_cell_by_cell(reader: Reader) -> None:
    rows = [[{"type": "raw_text", "text": SCRIPT}, section(words("b"))]]

    drawn = table(reader, {"rows": rows})
    assert '<td>&lt;script&gt;alert(1)&lt;/script&gt;</td><td><p dir="ltr">b</p></td>' in drawn


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "http://[", ""])
def test_a_link_that_is_no_web_address_is_only_its_text(reader: Reader, url: str) -> None:
    link = {"type": "link", "url": url, "text": SCRIPT}

    assert anchor(url, "x") == "x"
    drawn = rich_text(reader, section(link))
    assert "<a" not in drawn
    assert "<script" not in drawn
    assert "href" not in reader.html(f"<{url}|here>")


def test_nothing_from_outside_is_markup_in_slack(box: Sandbox, browser: httpx.Client) -> None:
    box.slack.change_user("ben", real_name=f"Ben {SCRIPT}")
    hostile = f'"><img src=x onerror=alert(1)>{SCRIPT}'
    blocks = [
        section(words(hostile), {"type": "user", "user_id": "U0BEN"}, kind="rich_text_quote"),
        section({"type": "link", "url": f"https://x.example/{hostile}", "text": hostile}),
        section({"type": "user", "user_id": hostile}, {"type": "broadcast", "range": hostile}),
        section({"type": "emoji", "name": hostile}, {"type": "usergroup", "usergroup_id": hostile}),
        section({"type": "date", "timestamp": 0, "format": hostile, "fallback": hostile}),
        {"type": "section", "text": {"type": "mrkdwn", "text": hostile}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "<!date^0^&lt;script&gt;|x>"}},
    ]
    post_unchecked(box, blocks)
    page = browser.get("/", params=HERE | {"notice": hostile}).text

    assert "alert(1)" in page
    assert "<script>" not in page
    assert "<img" not in page
    assert page.count("<script") == 1


def test_menus_and_choices_can_be_used(box: Sandbox, client: WebClient, browser: httpx.Client) -> None:
    menu = {"type": "overflow", "action_id": "more", "options": [option("later"), option("undo")]}
    radio = {"type": "radio_buttons", "action_id": "why", "options": [option("a"), option("b")]}
    radio["initial_option"] = option("b")
    people = {"type": "users_select", "action_id": "who", "initial_user": "U0BEN"}
    client.chat_postMessage(
        channel="C0SOCIAL",
        text="x",
        blocks=[{"type": "actions", "block_id": "row", "elements": [menu, radio, people]}],
    )
    page = browser.get("/", params=HERE).text

    assert re.search(r'value="later">.*?<button>&lt;later&gt;</button>', page)
    assert 'type="radio" name="value" value="b" checked> &lt;b&gt;' in page
    assert '<option value="U0BEN" selected>Ben</option>' in page
    ts = box.slack.messages("social")[0]["ts"]
    for action_id, value in (("more", "undo"), ("why", "a"), ("who", "U0ANA")):
        pressed = HERE | {"ts": ts, "block_id": "row", "action_id": action_id, "value": value}
        browser.post("/act/press", data=pressed)
    told = [act.payload["actions"][0] for act in box.slack.acts]
    assert [each["action_id"] for each in told] == ["more", "why", "who"]
    assert told[1]["selected_option"]["value"] == "a"
    assert told[2]["selected_user"] == "U0ANA"


def test_a_button_with_a_link_goes_there_and_never_to_a_script(
    box: Sandbox, client: WebClient, browser: httpx.Client
) -> None:
    def button(url: str, action_id: str) -> dict[str, Any]:
        text = {"type": "plain_text", "text": action_id}
        return {"type": "button", "action_id": action_id, "text": text, "url": url}

    elements = [button("https://x.example/1", "open"), button("javascript:alert(1)", "bad")]
    client.chat_postMessage(
        channel="C0SOCIAL", text="x", blocks=[{"type": "actions", "block_id": "row", "elements": elements}]
    )
    page = browser.get("/", params=HERE).text

    assert 'target="_blank" rel="noopener"><input' in page
    assert 'name="url" value="https://x.example/1"' in page
    assert "javascript:" not in page
    form = HERE | {"url": "javascript:alert(1)", "by": "hour"}
    back = browser.post("/act/clock", data=form, follow_redirects=False)
    assert back.headers["location"].startswith("/?as=")


def test_radio_buttons_in_a_modal_are_sent_with_it(
    box: Sandbox, client: WebClient, browser: httpx.Client
) -> None:
    radio = {"type": "radio_buttons", "action_id": "why", "options": [option("a"), option("b")]}
    label = {"type": "plain_text", "text": "Why?"}
    view = {
        "type": "modal",
        "title": {"type": "plain_text", "text": SCRIPT[:24]},
        "submit": {"type": "plain_text", "text": "Close it"},
        "blocks": [{"type": "input", "block_id": "reason", "label": label, "element": radio}],
    }
    opened = client.views_open(trigger_id=box.slack.command("ana", "social", "/engage").trigger_id, view=view)
    page = browser.get("/", params=HERE).text

    assert 'type="radio" form="modal" name="value.reason" value="a"' in page
    assert "<legend>" in page
    assert "<h2>&lt;script&gt;" in page
    sent = HERE | {"view_id": opened["view"]["id"], "value.reason": "b"}
    browser.post("/act/submit", data=sent)
    state = box.slack.acts[-1].payload["view"]["state"]["values"]["reason"]["why"]
    assert state["selected_option"]["value"] == "b"


def test_the_page_says_who_has_something_new_and_what_is_new(
    client: WebClient, browser: httpx.Client
) -> None:
    client.chat_postMessage(channel="C0SOCIAL", text="nothing new")
    browser.get("/", params=HERE)
    browser.get("/", params=HERE | {"as": "U0BEN"})
    client.chat_postMessage(channel="C0SOCIAL", text="first")
    client.chat_postMessage(channel="C0SOCIAL", text="second")
    client.chat_postEphemeral(channel="C0SOCIAL", user="U0ANA", text="for Ana")
    page = browser.get("/", params=HERE).text

    assert page.index("nothing new") < page.index('class="new"') < page.index("first")
    assert 'class="new"' not in browser.get("/", params=HERE).text
    assert re.search(r"</span>Ben <span class=\"unread\">2<span class=\"unseen\"> new</span></span>", page)


def test_each_of_us_replies_with_one_press_and_anybody_may_write(box: Sandbox) -> None:
    network = box.network
    network.account("acme", "Acme")
    network.account("ana", f"Ana {SCRIPT}")
    network.account("mei@garden.example", f"Mei {SCRIPT}")
    asked = network.post("mei@garden.example", f"@acme {SCRIPT}", warning=SCRIPT)
    with httpx.Client(base_url=network.people_url, trust_env=False, follow_redirects=True) as browser:
        page = browser.get("/", params={"token": box.token}).text
        assert page.count("<script") == 1
        acme, ana, mei = (each.id for each in network.networks.accounts.values())
        assert f'<button name="as" value="{acme}">Reply as Acme</button>' in page
        assert f'<button name="as" value="{mei}">' not in page
        assert "By Hand can only read this side" in page
        form = {"reply_to": asked.id, "text": "@mei@garden.example so", "author": mei}
        browser.post("/write/post", data=form | {"as": ana})
        browser.post("/write/post", data=form | {"text": "@ana thanks"})
        browser.post("/write/post", data={"author": mei, "text": "a new one"})
    written = [post.author for post in network.networks.posts.values()]

    assert written == [mei, ana, mei, mei]


def test_a_home_that_the_app_does_not_have_is_not_offered(box: Sandbox, browser: httpx.Client) -> None:
    assert "By Hand: Home" in browser.get("/", params=HERE).text
    box.slack.workspace.home_tab_enabled = False
    assert "By Hand: Home" not in browser.get("/", params=HERE).text


def test_a_modal_that_another_replaced_cannot_be_used_any_more(
    box: Sandbox, client: WebClient, browser: httpx.Client
) -> None:
    view = {
        "type": "modal",
        "title": {"type": "plain_text", "text": "Assign"},
        "blocks": [section(words("x"))],
    }

    def opened() -> str:
        trigger = box.slack.command("ana", "social", "/engage").trigger_id
        return str(client.views_open(trigger_id=trigger, view=view)["view"]["id"])

    first, second = opened(), opened()
    assert [each["id"] for each in box.slack.modals("ana")] == [second]
    back = browser.post("/act/close", data=HERE | {"view_id": first})
    assert "no view" in back.text
    assert "<dialog" in back.text


def test_the_page_says_which_changes_it_shows(box: Sandbox, browser: httpx.Client) -> None:
    page = browser.get("/", params=HERE).text
    shown = re.search(r'data-seen="(\d+)"', page)

    assert shown
    assert browser.get("/changes").text == shown[1]
    box.slack.say("ben", "social", "hello")
    assert browser.get("/changes").text != shown[1]


def test_a_post_says_where_it_was_written_and_a_picture_what_it_shows(box: Sandbox) -> None:
    network = box.network
    network.account("mei@garden.example", "Mei Tanaka")
    pictures = [{"url": "https://garden.example/1.png", "alt": "A <grey> box"}, {"url": "https://x.example"}]
    post = network.post("mei@garden.example", "Look", pictures=pictures)
    with httpx.Client(base_url=network.people_url, trust_env=False, follow_redirects=True) as browser:
        page = browser.get("/", params={"token": box.token}).text
        assert "A &lt;grey&gt; box" in page
        assert "not described" in page
        assert "from Web" not in page
        reply = {"author": "mei@garden.example", "text": "by hand", "reply_to": post.id}
        assert "· from Web" in browser.post("/write/post", data=reply).text


def test_a_link_opens_also_when_its_message_was_just_redrawn(box: Sandbox, browser: httpx.Client) -> None:
    ts = box.slack.say("ben", "social", "no button any more")
    form = HERE | {"ts": ts, "block_id": "b", "action_id": "open", "value": "open"}
    answer = browser.post("/act/press", data=form | {"url": "https://x.example/1"}, follow_redirects=False)

    assert answer.headers["location"] == "https://x.example/1"


def test_who_looks_at_an_empty_home_has_opened_it(box: Sandbox, browser: httpx.Client) -> None:
    browser.get("/", params=HERE)
    assert box.slack.acts == []
    page = browser.get("/", params={"as": "U0BEN", "at": "home"}).text

    assert "Nothing is published here yet" in page
    assert [act.payload["event"]["user"] for act in box.slack.acts] == ["U0BEN"]
