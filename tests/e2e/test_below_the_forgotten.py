"""Somebody asked to be forgotten; others go on below what they write."""

from __future__ import annotations

from collections.abc import Callable

from tests.e2e.conftest import Inside, World, at


def test_who_writes_twice_below_what_is_not_kept_waits_once(make_world: Callable[..., World]) -> None:
    world = make_world(Inside)
    network, office = world.box.network, world.bot.bot.office
    for handle in ("lea", "tom"):
        network.account(handle)
    office.forget.person(office.workspace, "mastodon", f"{network.bot_url}/@lea")
    network.asked_to_forget("lea")
    above = network.post("lea", "I wonder.", network.post("lea", "Does anybody use Acme?"))
    for words in ("@acme Does it keep my tags?", "@acme And my dates?"):
        network.post("tom", words, above)
    world.move(at(0, 8, 20))
    assert [line.name for line in office.queue.all_waiting(office.workspace, 10)] == ["tom"]
