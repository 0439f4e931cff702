"""/engage rules over a real socket: told in words, written in a form, tried, kept, changed and removed."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.model import Source, Teammate, Watch
from bot.domain.routing import Rule
from bot.services.team.ruling import Ruling
from bot.slack import rules
from bot.slack.modals import TEAMMATE
from tests.slack.limits import check_message, check_view, read
from tests.slack.rig import Places, Rig

SENT = ("type", "title", "submit", "close", "blocks", "private_metadata", "callback_id")


def ruling(rig: Rig) -> Ruling:
    return Ruling(rig.store, Places(), rig.box.world_clock)


def kept(rig: Rig) -> list[Rule]:
    return list(ruling(rig).rules(rig.home.id))


def person(rig: Rig, name: str = "ana") -> Teammate:
    rig.people.assignable(rig.home.id, f"U0{name.upper()}")
    with rig.store.read(rig.home.id) as tx:
        found = tx.people.by_slack(f"U0{name.upper()}")
    assert found
    return found


def follow(rig: Rig) -> str:
    """The team follows its mentions on Mastodon; the watch's id."""
    with rig.store.write(rig.home.id) as tx:
        source = Source("", "mastodon", "https://fosstodon.example", "mentions", "@acme", account="9")
        return tx.sources.save_watch(Watch("", "Our account", None), [source]).id


def newest(rig: Rig, before: int, user: str = "ana") -> dict[str, Any]:
    rig.box.slack.wait_for(lambda: rig.told(user)[before:])
    told = rig.told(user)[-1]
    check_message(told["text"], [{k: v for k, v in b.items() if k != "block_id"} for b in told["blocks"]])
    return told


def shown(rig: Rig) -> dict[str, Any]:
    before = len(rig.told())
    assert rig.box.slack.command("ana", "social", "/engage", "rules").acked
    return newest(rig, before)


def press(rig: Rig, code: str, value: str) -> None:
    ts = rig.told()[-1]["ts"]
    assert rig.box.slack.press("ana", "social", ts, code, value).acked
    rig.wait_settled()


def opened(rig: Rig, code: str, value: str) -> dict[str, Any]:
    press(rig, code, value)
    (view,) = rig.box.slack.modals("ana")
    check_view({k: v for k, v in view.items() if k in SENT})
    return view


def submitted(rig: Rig, view: dict[str, Any], **values: Any) -> dict[str, Any]:
    """The view that stands in its place; it must have been taken."""
    act = rig.box.slack.submit("ana", view["id"], values)
    assert not act.errors
    (after,) = rig.box.slack.modals("ana")
    return after


def test_without_rules_it_says_so_and_offers_words_to_begin_from(rig: Rig) -> None:
    told = read(shown(rig)["blocks"])
    assert "No rule says in advance whom I ask." in told
    assert "[About press: with words to begin from | " in told
    assert "[Try them on the last 90 days]" not in told


def test_the_rules_are_told_in_words_in_the_order_in_which_they_are_looked_at(rig: Rig) -> None:
    since, ana = rig.box.world_clock(), person(rig).id
    for rule in (
        Rule("press", ana, since, frozenset({"podcast", "reporter"})),
        Rule("tokyo", ana, since, language="ja", network="mastodon"),
    ):
        ruling(rig).keep(rig.home.id, rule)
    follow(rig)
    told = read(shown(rig)["blocks"])
    assert "press asks Ana about what has “podcast” or “reporter” in it." in told
    assert "tokyo asks Ana about what is written in Japanese and comes from Mastodon." in told
    assert told.index("press asks") < told.index("tokyo asks")


def test_a_rule_is_written_tried_on_what_was_said_and_then_kept(rig: Rig) -> None:
    follow(rig)
    rig.waits("1", text="Does the export keep my tags?")
    rig.waits("2", text="Hello!")
    shown(rig)
    view = opened(rig, "new_rule", rules.OTHER)
    tried = submitted(rig, view, called="exports", teammate="U0BEN", about="Export,\nbackup ,")
    told = read(tried["blocks"])
    assert "exports asks Ben about what has “backup” or “export” in it." in told
    assert "Of the last 2 conversations it would have picked one. Nobody is asked about those." in told
    assert "Mei Tanaka on Mastodon: exports would ask Ben." in told
    assert "Does the export keep my tags?" in told
    assert "Hello!" not in told
    assert kept(rig) == []
    done = submitted(rig, tried)
    assert "From now on Ben is asked." in read(done["blocks"])
    (rule,) = kept(rig)
    assert (rule.name, rule.to, rule.words) == ("exports", person(rig, "ben").id, {"export", "backup"})
    assert not rule.urgent
    assert rig.told("ben") == []


def test_a_template_brings_its_words_and_is_offered_until_it_is_used(rig: Rig) -> None:
    shown(rig)
    view = opened(rig, "new_rule", "legal")
    submitted(rig, submitted(rig, view, teammate="U0ANA", language="de", also=["urgent"]))
    (rule,) = kept(rig)
    assert rule.name == "legal"
    assert "lawsuit" in rule.words
    assert (rule.language, rule.urgent) == ("de", True)
    told = read(shown(rig)["blocks"])
    assert "is written in German. It may ring once a day besides other questions." in told
    assert "About legal" not in told
    assert "About press" in told


def test_a_changed_rule_keeps_its_place_and_all_that_was_not_touched(rig: Rig) -> None:
    watch, ana, since = follow(rig), person(rig).id, rig.box.world_clock()
    ruling(rig).keep(rig.home.id, Rule("tokyo", ana, since, language="ja", watch=watch, urgent=True))
    ruling(rig).keep(rig.home.id, Rule("press", ana, since, frozenset({"podcast"}), network="mastodon"))
    shown(rig)
    tried = submitted(rig, opened(rig, "change_rule", "tokyo"), called="osaka")
    assert "osaka asks Ana about what is written in Japanese and comes from Our account." in read(
        tried["blocks"]
    )
    submitted(rig, tried)
    first, second = kept(rig)
    assert first == Rule("osaka", ana, first.since, language="ja", watch=watch, urgent=True)
    assert first.since > since
    shown(rig)
    submitted(rig, submitted(rig, opened(rig, "change_rule", "press"), also=["first"]))
    assert kept(rig) == [Rule("press", ana, kept(rig)[0].since, second.words, network="mastodon"), first]


def test_a_rule_of_the_same_name_gives_way_and_the_form_says_so(rig: Rig) -> None:
    ruling(rig).keep(
        rig.home.id, Rule("press", person(rig).id, rig.box.world_clock(), frozenset({"podcast"}))
    )
    shown(rig)
    tried = submitted(
        rig, opened(rig, "new_rule", rules.OTHER), called=" press ", teammate="U0BEN", about="tv"
    )
    assert "It takes the place of the rule that is called press now." in read(tried["blocks"])
    submitted(rig, tried)
    assert [(one.name, one.words) for one in kept(rig)] == [("press", {"tv"})]


def test_an_earlier_rule_that_fits_decides_also_when_a_new_one_is_tried(rig: Rig) -> None:
    follow(rig)
    rig.waits("1", text="Does the export keep my tags?")
    ruling(rig).keep(rig.home.id, Rule("tags", person(rig).id, rig.box.world_clock(), frozenset({"tags"})))
    shown(rig)
    view = opened(rig, "new_rule", rules.OTHER)
    behind = submitted(rig, view, called="exports", teammate="U0BEN", about="export")
    assert "it would have picked none." in read(behind["blocks"])
    rig.box.slack.close_modal("ana", behind["id"])
    view = opened(rig, "new_rule", rules.OTHER)
    before = submitted(rig, view, called="exports", teammate="U0BEN", about="export", also=["first"])
    assert "it would have picked one." in read(before["blocks"])


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"about": " , \n"}, "about", "Please say what it is about: words, a language or a place."),
        ({"called": "  ", "about": "x"}, "called", "Please say in a word or two what it is about."),
        ({"teammate": "U0BOT", "about": "x"}, TEAMMATE, "This person is an app and cannot reply by hand."),
        ({"about": "\x01" * 1200}, "about", "These are more words than I can keep here."),
    ],
)
def test_what_cannot_be_a_rule_is_refused_at_its_field(
    rig: Rig, typed: dict[str, str], field: str, said: str
) -> None:
    rig.box.slack.add_user("bot", "Bot", is_bot=True, id="U0BOT")
    shown(rig)
    view = opened(rig, "new_rule", rules.OTHER)
    values = {"called": "exports", "teammate": "U0BEN"} | typed
    errors = rig.box.slack.submit("ana", view["id"], values).errors
    assert errors is not None
    assert errors[field].startswith(said)
    assert kept(rig) == []


def test_a_removed_rule_is_gone_from_the_list_that_was_pressed(rig: Rig) -> None:
    for name in ("press", "tokyo"):
        rule = Rule(name, person(rig).id, rig.box.world_clock(), frozenset({"podcast"}))
        ruling(rig).keep(rig.home.id, rule)
    before = len(rig.told())
    shown(rig)
    press(rig, "drop_rule", "press")
    told = rig.told()
    assert len(told) == before + 1
    assert "press asks" not in read(told[-1]["blocks"])
    assert [one.name for one in kept(rig)] == ["tokyo"]


def test_all_rules_are_tried_together_on_what_was_said(rig: Rig) -> None:
    follow(rig)
    rig.waits("1", text="Does the export keep my tags?")
    rig.waits("2", text="A podcast?", warning="spoiler")
    for name, word in (("press", "podcast"), ("exports", "export"), ("never", "zebra")):
        rule = Rule(name, person(rig).id, rig.box.world_clock(), frozenset({word}))
        ruling(rig).keep(rig.home.id, rule)
    shown(rig)
    before = len(rig.told())
    press(rig, "try_rules", "try_rules")
    told = read(newest(rig, before)["blocks"])
    assert "Of the last 2 conversations they would have picked two." in told
    assert "exports would ask Ana." in told
    assert "A podcast?" not in told


def test_a_rule_that_went_meanwhile_cannot_be_changed_and_the_list_says_how_it_is(rig: Rig) -> None:
    rule = Rule("press", person(rig).id, rig.box.world_clock(), frozenset({"podcast"}))
    ruling(rig).keep(rig.home.id, rule)
    shown(rig)
    ruling(rig).remove(rig.home.id, "press")
    press(rig, "change_rule", "press")
    assert rig.box.slack.modals("ana") == []
    assert "No rule says in advance whom I ask." in read(rig.told()[-1]["blocks"])


@pytest.mark.parametrize(
    "about",
    [frozenset(f"w{number} {'x' * 90}" for number in range(80)), frozenset({"hello, world"})],
    ids=["too long", "with a comma"],
)
def test_what_the_form_cannot_hold_as_it_is_can_be_removed_and_not_changed(
    rig: Rig, about: frozenset[str]
) -> None:
    ruling(rig).keep(rig.home.id, Rule("many", person(rig).id, rig.box.world_clock(), about))
    told = read(shown(rig)["blocks"])
    assert ("or one of 74 more in it." in told) == (len(about) == 80)
    assert "[Change]" not in told
    assert "[Remove]" in told


def test_of_more_places_than_a_menu_has_the_chosen_one_stays(rig: Rig) -> None:
    with rig.store.write(rig.home.id) as tx:
        for number in range(110):
            source = Source("", "mastodon", "https://fosstodon.example", "tag", f"word{number}")
            watch = tx.sources.save_watch(Watch("", f"Word {number:03}", None), [source])
    rule = Rule("words", person(rig).id, rig.box.world_clock(), watch=watch.id)
    ruling(rig).keep(rig.home.id, rule)
    shown(rig)
    submitted(rig, submitted(rig, opened(rig, "change_rule", "words")))
    assert [one.watch for one in kept(rig)] == [watch.id]


def test_what_a_rule_names_and_is_not_there_any_more_is_said_and_stays_chosen(rig: Rig) -> None:
    since = rig.box.world_clock()
    ruling(rig).keep(rig.home.id, Rule("tokyo", "gone", since, language="ja-JP", network="pond"))
    ruling(rig).keep(rig.home.id, Rule("left", person(rig).id, since, watch="w-gone"))
    told = read(shown(rig)["blocks"])
    assert "left asks Ana about what comes from where nobody looks any more." in told
    assert "tokyo asks nobody any more about what is written in Japanese and comes from pond." in told
    tried = submitted(rig, opened(rig, "change_rule", "tokyo"), teammate="U0ANA")
    submitted(rig, tried)
    assert (kept(rig)[0].language, kept(rig)[0].network) == ("ja-JP", "pond")
