"""One reading for several: what one was answered another is told, without a key alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.connector import Round
from bot.domain.errors import Unavailable
from bot.reading.credential import Credential
from tests.reading.conftest import NOON, Reply

ANA, BEN = Credential("ana", "a1"), Credential("ben", "b2")


@pytest.fixture
def told(serve, open_door, facts):
    """Gives what a Source is told by a server that counts its answers, and the number of questions so far."""
    server = serve()
    server.script = lambda heard: Reply(body=str(len(server.heard)).encode())
    door = open_door(server)

    def ask(within, source, credential=None, **how):
        reader = door.reader(facts, server.origin, credential, source=source, within=within)
        return int(reader.get(server.origin, **how).body), len(server.heard)

    return ask


def test_what_one_was_answered_another_is_told(told):
    within = Round(NOON)
    assert told(within, "ours") == (1, 1)
    assert told(within, "theirs") == (1, 1)
    assert told(within, "a third") == (1, 1)


def test_who_asks_again_asks_the_server(told):
    within = Round(NOON)
    assert [told(within, "ours"), told(within, "ours")] == [(1, 1), (2, 2)]
    assert told(within, "theirs") == (2, 2)


@pytest.mark.parametrize(("first", "second"), [(ANA, BEN), (ANA, None), (None, ANA), (ANA, ANA)])
def test_what_a_key_was_shown_is_told_to_nobody_and_who_has_one_uses_it(told, first, second):
    within = Round(NOON)
    assert [told(within, "ours", first), told(within, "theirs", second)] == [(1, 1), (2, 2)]


def test_without_a_key_in_this_question_alone_it_is_still_asked(told):
    within = Round(NOON)
    assert told(within, "ours", ANA, anonymous=True) == (1, 1)
    assert told(within, "theirs") == (2, 2)


def test_another_address_and_another_round_are_asked(told):
    within = Round(NOON)
    told(within, "ours")
    assert told(within, "theirs", params={"page": "2"}) == (2, 2)
    assert told(Round(NOON), "theirs") == (3, 3)
    assert told(None, "theirs") == (4, 4)


def test_what_failed_for_one_is_asked_by_the_next(serve, says, open_door, facts):
    server, within = serve(status=503), Round(NOON)
    door = open_door(server)
    with pytest.raises(Unavailable):
        door.reader(facts, server.origin, None, source="ours", within=within).get(server.origin)
    server.script = says(body=b"page")
    assert door.reader(facts, server.origin, None, source="theirs", within=within).get(server.origin).body


def test_in_a_round_it_is_as_late_as_when_it_began_and_with_a_key_as_late_as_it_is(
    open_door, serve, facts, clock
):
    server, within = serve(), Round(NOON)
    door = open_door(server)
    clock.move(seconds=40)
    assert door.reader(facts, server.origin, None, within=within).now() == NOON
    assert door.reader(facts, server.origin, ANA, within=within).now() == NOON + timedelta(seconds=40)
