"""A lead is asked about an unknown account, over a real socket: yes, a teammate, no, and only once."""

from __future__ import annotations

import pytest

from bot.domain.model import Author, Handle, Status
from bot.domain.ports import Message
from bot.domain.screens import Kind
from bot.services.telling.asides import asides
from tests.slack.limits import read
from tests.slack.rig import Places, Rig

CODES = Author("55", "@ana_codes@fosstodon.example", "ana codes")
LEE = Author("78", "@lee@fosstodon.example", "Lee Brandt")


def ask(rig: Rig) -> Message:
    """Mei and Lee were answered by an account that nobody knows; Ana, a lead, gets the question."""
    ana = rig.people.teammate(rig.home.id, "U0ANA")
    rig.people.teammate(rig.home.id, "U0BEN")
    with rig.store.write(rig.home.id) as tx:
        tx.people.save_handle(Handle("mastodon", "1", "@acme"))
    rig.waits("1")
    rig.waits("2", author=LEE)
    for to in ("1", "2"):
        rig.replies(to, CODES)
    with rig.store.read(rig.home.id) as tx:
        (ring,) = asides(tx, Places(), ana, rig.box.world_clock())
    assert ring.kind is Kind.IS_ONE_OF_US
    message = Message("", ring.kind, "U0ANA", ana.id, (ring.shown,), post=ring.post, total=ring.total)
    sent = rig.outbox.send(rig.home.id, message)
    assert sent is not None
    return sent


def stands(rig: Rig, message: Message) -> str:
    """What Ana reads in the message by now."""
    rig.wait_settled()
    rig.outbox.draw(rig.home.id, message.id)
    (shown,) = rig.box.slack.dm_messages("ana", ephemeral=False)
    return read(shown["blocks"])


def press(rig: Rig, message: Message, code: str, value: str | None = None) -> bool:
    channel = rig.box.slack.dm_channel("ana")
    return bool(rig.box.slack.press("ana", channel, message.ts or "", code, value).acked)


def handles(rig: Rig) -> list[tuple[str, str | None, bool]]:
    with rig.store.read(rig.home.id) as tx:
        names = {one.id: one.name for one in tx.people.teammates()}
        known = tx.people.handles()
    return [(one.name, names[one.teammate], one.proved) for one in known if one.teammate]


def test_the_question_names_the_account_and_offers_three_answers(rig: Rig) -> None:
    told = stands(rig, ask(rig))
    assert "Two people who spoke to us on Mastodon were answered by @ana_codes@fosstodon.example." in told
    assert "[Yes, it is me] [Yes, it is ...] [No]" in told


def test_yes_it_is_me_links_it_and_both_are_answered(rig: Rig) -> None:
    message = ask(rig)
    assert press(rig, message, "mine")
    assert "on Mastodon is Ana: I see replies from there." in stands(rig, message)
    assert [(name, proved) for name, _, proved in handles(rig)] == [(CODES.handle, True)]
    assert [rig.standing(each).status for each in ("c1", "c2")] == [Status.ANSWERED] * 2


def test_a_teammate_is_chosen(rig: Rig) -> None:
    message = ask(rig)
    assert press(rig, message, "theirs", "U0BEN")
    stands(rig, message)
    with rig.store.read(rig.home.id) as tx:
        ben = tx.people.by_slack("U0BEN")
    assert ben is not None
    assert handles(rig) == [(CODES.handle, ben.name, True)]


def test_an_app_is_none_of_us_and_the_question_stays(rig: Rig) -> None:
    message = ask(rig)
    assert press(rig, message, "theirs", "U0BOT")
    told = rig.box.slack.wait_for(
        lambda: [one for one in rig.box.slack.dm_messages("ana") if one.get("is_ephemeral")]
    )
    assert "is an app and cannot reply by hand" in read(told[-1]["blocks"])
    assert "[No]" in stands(rig, message)
    assert handles(rig) == []


def test_no_links_nothing_and_a_second_press_changes_nothing(rig: Rig) -> None:
    message = ask(rig)
    assert press(rig, message, "not_ours")
    rig.wait_settled()
    assert press(rig, message, "mine")
    assert stands(rig, message).endswith("is none of us. I will not ask again.")
    assert handles(rig) == []
    assert rig.standing("c1").status is Status.OPEN


@pytest.mark.parametrize("who", ["ana", "ben"])
def test_once_asked_no_lead_is_asked_again(rig: Rig, who: str) -> None:
    ask(rig)
    teammate = rig.people.teammate(rig.home.id, f"U0{who.upper()}")
    with rig.store.read(rig.home.id) as tx:
        assert not list(asides(tx, Places(), teammate, rig.box.world_clock()))
