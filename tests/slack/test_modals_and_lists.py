"""The modals and the list of /engage within every limit, and what they choose beforehand."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from bot.domain.model import Line, Press, Status, Teammate, Verb
from bot.domain.routing import Suggestion
from bot.domain.screens import QueueScreen
from bot.slack import modals, responses
from bot.slack.arrivals import Sort
from bot.slack.engage import Engage, usage, waiting
from bot.slack.values import Code, Value, read_value, value
from tests.slack.limits import check_message, check_view, read
from tests.slack.rig import Rig

Lines = Callable[..., Line]
ANA = Teammate(id="t-ana", slack_user="UANA", name="Ana")
LONG = "<!channel> *tags* " * 6000


def test_the_likeliest_is_chosen_with_the_reason_beside_it(line: Lines, ana: Teammate) -> None:
    view = modals.assign(
        line(), [Suggestion(ana, "last spoke with them"), Suggestion(replace(ana, name="Ben"))]
    )
    check_view(view)
    assert view["blocks"][1]["hint"]["text"] == "Likeliest: Ana (last spoke with them)"
    assert view["blocks"][1]["element"]["initial_user"] == "UANA"


def test_nobody_is_chosen_when_nothing_speaks_for_them(line: Lines, ana: Teammate) -> None:
    view = modals.assign(line(), [Suggestion(ana)])
    assert "initial_user" not in view["blocks"][1]["element"]
    assert "hint" not in view["blocks"][1]


@pytest.mark.parametrize("text", ["", LONG], ids=["none", "long"])
def test_modals_keep_every_limit(line: Lines, ana: Teammate, text: str) -> None:
    about = line(name=text, handle=text, label=text, text=text)
    check_view(modals.assign(about, [Suggestion(replace(ana, name=text), text)] * 500))
    check_view(modals.not_needed(about))


def test_what_a_modal_was_opened_about_comes_back(line: Lines) -> None:
    view = modals.not_needed(line(wait=3))
    assert modals.memory_of(view) == modals.Memory("c1a2b3", 3)


@pytest.mark.parametrize("text", ["", LONG], ids=["none", "long"])
@pytest.mark.parametrize("count", [0, 1, 5, 500])
def test_the_list_keeps_every_limit(line: Lines, noon: datetime, count: int, text: str) -> None:
    press = Press("p1", Verb.CLAIM, 1, "t-ana", noon)
    one = line(name=text, handle=text, label=text, text=text, undoable=press, blind_since=noon)
    many = tuple(replace(one, conversation=f"c{i}", warning=text if i % 2 else None) for i in range(count))
    for groups in ((many, (), ()), ((), many, ()), ((), (), many), (many, many, many)):
        screen = QueueScreen(*groups, more=count, as_of=noon, blind=((text or "x", noon),) * 40)
        check_message(*waiting(screen, ANA))


def test_the_list_puts_ones_own_first_and_says_as_of_when(line: Lines, noon: datetime) -> None:
    mine, free = line(name="Ravi", holder="t-ana", holder_name="Ana"), line(conversation="c2")
    told = read(waiting(QueueScreen((mine,), (), (free,), more=4, as_of=noon), ANA)[1])
    assert told.index("Waiting for you") < told.index("Ravi") < told.index("Nobody has these yet")
    assert "You have it." in told
    assert "As of <!date^" in told
    assert "4 more not shown" in told


def test_the_list_speaks_to_the_one_who_reads_it(line: Lines, noon: datetime) -> None:
    mine = line(holder="t-ana", holder_name="Ana Duarte", text="@acme Does it?")
    asked = line(conversation="c2", holder="t-ben", holder_name="Ben", asked="t-ana", asked_name="Ana Duarte")
    own, others = (Press(f"p{by}", Verb.CLAIM, 1, by, noon) for by in ("t-ana", "t-ben"))
    screen = QueueScreen((replace(mine, undoable=own),), (replace(asked, undoable=others),), (), 0, noon)
    told = read(waiting(screen, ANA)[1])
    assert "“Does it?” You have it." in told
    assert "Ben has it." in told
    assert "Ana Duarte" not in told
    assert told.count("Undo") == 1


def test_a_note_is_asked_for_with_its_hint_beside_it(line: Lines) -> None:
    note = modals.assign(line(), [])["blocks"][2]
    assert (note["label"]["text"], note["hint"]["text"]) == ("A note for them", "It stays in Slack.")


def test_what_was_set_aside_stands_in_the_list_as_one_line(line: Lines, noon: datetime) -> None:
    later = Press("p1", Verb.LATER, 1, "t-ana", noon)
    aside = line(holder="t-ana", status=Status.SNOOZED, snoozed_until=noon, undoable=later)
    told = read(waiting(QueueScreen((aside,), (), (), more=0, as_of=noon), ANA)[1])
    assert "Mei Tanaka on Mastodon: Set aside until 20 Nov 12:00 UTC.\n[Open] [Undo]" in told
    assert "“" not in told


def test_every_word_is_documented_and_in_the_help_and_no_other(unplugged: Rig) -> None:
    engage = unplugged.inbox.work[Sort.COMMAND]
    assert isinstance(engage, Engage)
    known = set(engage._words())
    page = (Path(__file__).parents[2] / "docs" / "engage.md").read_text(encoding="utf-8")
    for told in (re.findall(r"^\| `(/engage.*?)`", page, re.MULTILINE), [how for how, _ in responses.HELP]):
        assert {how.partition(" ")[2].partition(" ")[0] for how in told} == known


def test_the_help_names_an_unknown_word_harmlessly() -> None:
    drawn = usage(LONG)
    check_message(*drawn)
    check_message(*usage())


def test_what_a_button_carries_is_read_back(line: Lines) -> None:
    assert read_value(value(Code.UNDO, line(wait=2), "p9")) == Value(Code.UNDO, "c1a2b3", 2, "p9")


@pytest.mark.parametrize("text", ["", "claim", "claim:c1:x", "claim:c1:²", "dance:c1:1", "claim:a:1:b:c"])
def test_what_is_not_ours_is_not_read(text: str) -> None:
    assert read_value(text) is None


def test_a_closed_line_that_nobody_decided_about_can_be_taken(line: Lines, noon: datetime) -> None:
    talk = line(status=Status.CLOSED, wait=0)
    told = read(waiting(QueueScreen((), (), (talk,), more=0, as_of=noon), ANA)[1])
    assert "[I'll reply]" in told
