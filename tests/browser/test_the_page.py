"""The demo's page as a person meets it: the loop by hand, a modal, Home, a narrow screen, and axe."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import FrameLocator, Locator, Page, expect

from bot.app.tour import Player
from bot.sandbox.page.tour import STEPS
from bot.sandbox.slack.acts import Act

pytestmark = pytest.mark.connects

ASKS = "@acme Can I import from a spreadsheet?"
WORKING_HOURS = 8
SERIOUS = ("serious", "critical")


def go_on(demo: Player, page: Page, **by: Any) -> None:
    """The clock moves, the bot does what is due by then, and both sides show it."""
    demo.box.clock.advance(timedelta(**by))
    demo.work()
    sides = [page.frame_locator(f"iframe[name={side}]").locator(".columns") for side in ("slack", "network")]
    demo.box.slack.wait_for(
        lambda: {side.get_attribute("data-seen") for side in sides} == {str(demo.box.changes.count)}
    )


def unfold(details: Locator) -> None:
    """A press that falls between two drawings is pressed again, as a person would."""
    while details.get_attribute("open") is None:
        details.locator("> summary").click()


def under(slack: FrameLocator, demo: Player, code: str, words: str) -> Locator:
    """The newest button of the line about those words."""
    lines = demo.bot.office.queue.all_waiting(demo.bot.office.workspace, 50)
    conversation = next(line.conversation for line in lines if line.text and words in line.text)
    form = f"form:not(details.menu form):has(input[value^='{code}:{conversation}'])"
    return slack.locator(form).last.get_by_role("button")


def write(network: FrameLocator, words: str, author: str) -> None:
    """A new post, by hand."""
    form = network.locator("#write-mastodon")
    unfold(form)
    form.get_by_label("Words").fill(words)
    form.locator("select[name=author]").select_option(label=author)
    form.get_by_role("button", name="Post").click()
    expect(network.get_by_text(words).first).to_be_visible()


def answer(network: FrameLocator, demo: Player, asked: str, words: str, *, by: str = "Ben Okafor") -> None:
    """By hand, below the post with those words."""
    post = next(each for each in demo.box.network.networks.posts.values() if asked in each.text)
    reply = network.locator(f"#reply-{post.id}")
    unfold(reply)
    reply.locator("textarea").first.fill(words)
    reply.get_by_role("button", name=f"Reply as {by}").click()


def expect_done(page: Page, steps: int) -> None:
    expect(page.locator(".tour li.done")).to_have_count(steps)
    if steps < len(STEPS):
        expect(page.locator(".tour li.now")).to_contain_text(STEPS[steps].title)


def test_the_loop_is_lived_by_hand_and_the_tour_notices_each_step(
    demo: Player, page: Page, slack: FrameLocator, network: FrameLocator
) -> None:
    go_on(demo, page)
    write(network, ASKS, "Mei Tanaka (mei@garden.example)")
    go_on(demo, page, minutes=2)
    expect_done(page, 1)

    slack.get_by_label("Message as Ana Duarte").fill("/engage")
    slack.get_by_role("button", name="Send").click()
    expect(slack.get_by_text("Nobody has these yet").last).to_be_visible()
    go_on(demo, page)
    under(slack, demo, "assign", "spreadsheet").click()
    dialog = slack.get_by_role("dialog")
    dialog.locator("select").first.select_option(label="Ben Okafor")
    dialog.locator("button.primary").click()
    expect(dialog).to_have_count(0)
    go_on(demo, page)
    expect_done(page, 2)

    slack.get_by_role("link", name="Ben Okafor").click()
    slack.get_by_role("link", name="By Hand: messages").click()
    under(slack, demo, "yes", "spreadsheet").click()
    go_on(demo, page)
    for _ in range(WORKING_HOURS):
        if demo.box.together.noticed().done < 3:
            go_on(demo, page, hours=1)
    expect_done(page, 3)
    expect(slack.get_by_text("waiting for you").first).to_be_visible()

    answer(network, demo, ASKS, "@mei@garden.example You can: Import, then Spreadsheet.")
    expect_done(page, 4)
    go_on(demo, page, minutes=2)
    expect_done(page, 5)
    expect(slack.get_by_text("Answered").first).to_be_visible()


@pytest.mark.thorough
def test_the_sceptic_answers_first_and_cuts_the_network_at_night_and_nothing_comes(
    demo: Player, page: Page, slack: FrameLocator, network: FrameLocator
) -> None:
    for act in (demo.write, demo.hand_over, demo.agree_and_wait, demo.reply, demo.see_it_close):
        act()
        demo.box.together.noticed()
    expect_done(page, 5)
    told = len(demo.box.slack.dm_messages("ben"))

    answer(network, demo, "The importer stops", "@lars@tiny.example Settings, then Log.", by="Acme")
    page.get_by_role("button", name="Tomorrow 9:00").click()
    go_on(demo, page, minutes=2)
    expect_done(page, 6)

    page.get_by_role("button", name="03:00").click()
    go_on(demo, page)
    page.get_by_role("button", name="Cut the network").click()
    expect(page.get_by_text("The network is cut off.")).to_be_visible()
    page.get_by_role("button", name="+1 h").click()
    go_on(demo, page)
    assert len(demo.box.slack.dm_messages("ben")) == told
    page.get_by_role("button", name="Tomorrow 9:00").click()
    go_on(demo, page, minutes=10)
    expect_done(page, 7)
    expect(page.get_by_text("That was all of it.")).to_contain_text("byhand setup")
    slack.get_by_role("link", name="team-acme").click()
    expect(slack.get_by_text("I have not seen").last).to_be_visible()
    assert len(demo.box.slack.dm_messages("ben")) == told


def is_choice(act: Act) -> bool:
    """Whether the app took it that somebody was chosen, before the modal was sent."""
    actions = act.payload.get("actions") or [{}]
    return act.acked and actions[0].get("type") == "users_select" and bool(actions[0]["selected_user"])


@pytest.mark.thorough
def test_by_keyboard_alone_a_modal_opens_says_what_is_missing_closes_and_is_sent(
    demo: Player, page: Page, slack: FrameLocator
) -> None:
    go_on(demo, page)
    keys, dialog = page.keyboard, slack.get_by_role("dialog")
    assign = under(slack, demo, "assign", "keep my tags")
    assign.focus()
    keys.press("Enter")
    choice = dialog.locator("select").first
    expect(choice).to_be_focused()
    # Somebody is proposed: the first choice is nobody.
    for key in ("Home", "Tab", "Tab", "Tab", "Enter"):
        keys.press(key)
    expect(dialog.get_by_role("alert")).to_be_visible()
    keys.press("Escape")
    expect(dialog).to_have_count(0)

    assign.focus()
    keys.press("Enter")
    expect(choice).to_be_focused()
    keys.type("Chidi")
    keys.press("Tab")
    demo.box.slack.wait_for(lambda: any(is_choice(each) for each in demo.box.slack.acts))
    keys.type("You know exports best.")
    for key in ("Tab", "Tab", "Enter"):
        keys.press(key)
    expect(dialog).to_have_count(0)
    demo.work()
    assert "You know exports best." in str(demo.box.slack.dm_messages("chidi")[-1]["blocks"])


@pytest.mark.thorough
def test_home_opens_and_says_what_waits_for_whom(demo: Player, page: Page, slack: FrameLocator) -> None:
    go_on(demo, page)
    slack.get_by_role("link", name="By Hand: Home").click()
    slack.get_by_role("button", name="Open Home anew").click()
    demo.box.slack.wait_for(lambda: demo.work() or demo.box.slack.home("ana"))
    expect(slack.get_by_text("Mei Tanaka").first).to_be_visible()


def test_on_360_pixels_nothing_is_wider_than_the_screen(demo: Player, page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    for frame in page.frames:
        frame.wait_for_load_state()
        wide = frame.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, frame.url


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.thorough)])
def test_axe_finds_nothing_serious(demo: Player, page: Page, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    for frame in page.frames:
        frame.wait_for_load_state()
        found = Axe().run(frame).response["violations"]
        serious = [
            f"{each['id']}: {node['html'][:200]}"
            for each in found
            for node in each["nodes"]
            if each["impact"] in SERIOUS
        ]
        assert serious == [], frame.url
