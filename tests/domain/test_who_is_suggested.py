"""Who of us is suggested for a conversation, in which order and for which reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.daysoff import away, by_status
from bot.domain.model import Hours, Teammate
from bot.domain.routing import (
    FEWEST,
    TEMPLATES,
    Matter,
    Pointed,
    Rule,
    Skills,
    Suggestion,
    Team,
    first_rule,
    has_word,
    suggest,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday
EARLIER, LATER = NOON - timedelta(days=3), NOON - timedelta(days=1)
ANA, BEN, CHI = (Teammate(id, f"U{id}", id.title()) for id in ("ana", "ben", "chi"))
PEOPLE = (ANA, BEN, CHI)
PLAIN = Matter("c1", "Does the export keep my tags?", "en")
ALL = {
    "ana": Skills(reads=frozenset({"ja", "en"})),
    "ben": Skills(knows=frozenset({"export"})),
    "chi": Skills(),
}


def told(matter: Matter, team: Team, now: datetime = NOON, asker: str | None = None) -> Suggestion:
    return suggest(matter, team, now, asker)[0]


@pytest.mark.parametrize(
    ("matter", "skills", "who", "reason"),
    [
        (replace(PLAIN, spoke=("chi", EARLIER)), ALL, "Chi", "last spoke with them"),
        (replace(PLAIN, spoke=("chi", EARLIER), language="ja"), ALL, "Chi", "last spoke with them"),
        (replace(PLAIN, language="ja"), ALL, "Ana", "reads Japanese"),
        (replace(PLAIN, language="ja-JP"), ALL, "Ana", "reads Japanese"),
        (PLAIN, ALL, "Ben", "knows about export"),
        (PLAIN, {**ALL, "chi": Skills(reads=frozenset({"de"}))}, "Ana", "reads English"),
        (replace(PLAIN, text="", owners={"chi": "Mastodon"}), ALL, "Chi", "looks after Mastodon"),
        (replace(PLAIN, pointed=(Pointed("ana", "chi", EARLIER),)), ALL, "Chi", "was Ana's choice"),
        (
            replace(PLAIN, spoke=("ana", EARLIER), pointed=(Pointed("ana", "chi", LATER),)),
            ALL,
            "Chi",
            "was Ana's choice",
        ),
        (
            replace(PLAIN, spoke=("ben", LATER), pointed=(Pointed("ana", "chi", EARLIER),)),
            ALL,
            "Ben",
            "last spoke with them",
        ),
        (
            replace(PLAIN, spoke=("chi", EARLIER), declined=frozenset({"chi"})),
            ALL,
            "Ben",
            "knows about export",
        ),
    ],
)
def test_the_strongest_reason_decides(matter: Matter, skills: dict[str, Skills], who: str, reason: str):
    first = told(matter, Team(PEOPLE, skills))
    assert (first.teammate.name, first.reason) == (who, reason)
    assert first.openly is ("choice" not in reason)


def test_of_those_whom_nothing_speaks_for_the_one_at_work_with_the_fewest_open_comes_first():
    tokyo = replace(ANA, hours=Hours("Asia/Tokyo"))  # nine in the evening there
    team = Team((tokyo, BEN, CHI), {}, {"ben": 2, "chi": 1})
    first = told(PLAIN, team)
    assert (first.teammate.name, first.reason, first.openly) == ("Chi", FEWEST, False)
    assert [one.reason for one in suggest(PLAIN, team, NOON)[1:]] == [None, None]


def test_at_night_nobody_is_proposed_by_load():
    assert told(PLAIN, Team(PEOPLE), datetime(2026, 3, 2, 3, tzinfo=UTC)).reason is None


def test_who_has_enough_paused_or_is_away_is_proposed_for_nothing():
    spoke = replace(PLAIN, spoke=("ana", EARLIER))
    full = Team(PEOPLE, {"ana": Skills(most=2)}, {"ana": 2, "ben": 1})
    assert told(spoke, full).teammate == CHI
    assert [one.reason for one in suggest(spoke, full, NOON) if one.teammate == ANA] == [None]
    paused = Team((replace(ANA, paused_until=NOON + timedelta(days=1)), BEN, CHI))
    assert told(spoke, paused).teammate.id != "ana"
    days = {"first": NOON.date(), "until": NOON.date() + timedelta(days=1)}
    for span in (partial(away, **days), partial(by_status, out=True, until=None)):
        gone = span(ANA.hours, now=NOON)
        assert told(spoke, Team((replace(ANA, hours=gone), BEN, CHI))).teammate.id != "ana"


def test_the_asker_is_proposed_only_where_something_speaks_for_them():
    alone = Team((ANA,))
    assert told(PLAIN, alone, asker="ana").reason is None
    assert told(replace(PLAIN, spoke=("ana", EARLIER)), alone, asker="ana").reason is not None
    assert told(PLAIN, Team(PEOPLE), asker="ana").teammate != ANA


@pytest.mark.parametrize(
    ("text", "word", "stands"),
    [
        ("Does the Export keep it?", "export", True),
        ("exports are slow", "export", False),
        ("C++ or Rust?", "c++", True),
        ("in der Straße", "STRASSE", True),
        ("anything", " ", False),
    ],
)
def test_a_word_counts_as_a_whole_and_in_any_case(text: str, word: str, stands: bool):
    assert has_word(text, word) is stands


EXPORTS = Rule("exports", "chi", EARLIER, frozenset({"export", "backup"}))
JAPANESE = Rule("japanese", "ana", EARLIER, language="ja")
FORUM = Rule("forum", "ben", EARLIER, frozenset({"export"}), network="discourse", watch="w")


@pytest.mark.parametrize(
    ("matter", "fits"),
    [
        (PLAIN, ["exports"]),
        (replace(PLAIN, text="exports?"), []),
        (replace(PLAIN, text="A BACKUP", language="ja-JP"), ["exports", "japanese"]),
        (replace(PLAIN, network="discourse", watches=frozenset({"w"})), ["exports", "forum"]),
        (replace(PLAIN, network="discourse"), ["exports"]),
        (replace(PLAIN, watches=frozenset({"w"})), ["exports"]),
    ],
)
def test_a_rule_fits_where_all_that_it_names_holds_and_the_first_decides(matter: Matter, fits: list[str]):
    rules = (EXPORTS, JAPANESE, FORUM)
    assert [rule.name for rule in rules if rule.fits(matter)] == fits
    first = first_rule(rules, matter)
    assert (first and first.name) == next(iter(fits), None)


def test_whom_a_rule_names_goes_before_who_last_spoke_with_them():
    spoke = replace(PLAIN, spoke=("ana", LATER))
    first = told(spoke, Team(PEOPLE, rules=(EXPORTS,)))
    assert (first.teammate, first.reason) == (CHI, "is named by the rule exports")


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("press", "I am a journalist and would like to ask"),
        ("security", "I found an XSS in your editor"),
        ("legal", "My lawyer says so"),
    ],
)
def test_a_template_knows_its_words(template: str, text: str):
    rule = Rule(template, "ana", EARLIER, TEMPLATES[template])
    assert rule.fits(replace(PLAIN, text=text))
    assert not rule.fits(PLAIN)


people = st.lists(
    st.builds(
        Teammate,
        st.sampled_from("abcdef"),
        st.just("U"),
        st.just("Name"),
        can_be_assigned=st.booleans(),
        stopped=st.booleans(),
        paused_until=st.sampled_from([None, EARLIER, NOON + timedelta(days=1)]),
    ),
    max_size=5,
    unique_by=lambda one: one.id,
)
skills = st.dictionaries(
    st.sampled_from("abcdef"),
    st.builds(
        Skills,
        st.frozensets(st.sampled_from(["en", "ja", "de"])),
        st.frozensets(st.sampled_from(["export", "tags", "bill"])),
        st.integers(0, 3),
    ),
)
anybody = st.sampled_from("abcdef")
pointed = st.lists(st.builds(Pointed, anybody, anybody, st.sampled_from([EARLIER, LATER])), max_size=3)
matters = st.builds(
    Matter,
    st.just("c"),
    st.sampled_from(["", "Does the export keep my tags?"]),
    st.sampled_from([None, "en", "ja", "xx"]),
    st.one_of(st.none(), st.tuples(anybody, st.sampled_from([EARLIER, LATER]))),
    pointed,
    st.dictionaries(anybody, st.just("Mastodon"), max_size=2),
    st.frozensets(anybody, max_size=2),
)


@given(matters, people, skills, st.dictionaries(anybody, st.integers(0, 4)), st.one_of(st.none(), anybody))
def test_nobody_is_proposed_who_cannot_be_asked_or_has_enough(matter, team, skills, counts, asker):
    everybody = Team(team, skills, counts)
    ranked = suggest(matter, everybody, NOON, asker)
    assert suggest(matter, replace(everybody, people=team[::-1]), NOON, asker) == ranked
    able = {one.id for one in team if one.can_be_assigned and not one.stopped} - matter.declined
    assert sorted(one.teammate.id for one in ranked) == sorted(able)
    unsaid = [one.reason is None for one in ranked]
    assert unsaid == sorted(unsaid), "reasons come first"
    for one in ranked:
        if one.reason:
            assert not everybody.is_full(one.teammate.id)
            assert not (one.teammate.paused_until and one.teammate.paused_until > NOON)
