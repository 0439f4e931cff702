"""Every sentence that the bot can say, shown once, and held to the tone."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from bot.domain.measures import Outcome
from bot.domain.model import Reason, Verb
from bot.domain.nudging import PRESETS, Rhythm
from bot.domain.rests import UNTIL_SAID, Later
from bot.services.telling.fates import FATES, Fate
from bot.services.telling.stand import Unfit
from bot.slack import responses, words
from bot.slack.said import plain

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
BANNED = re.compile(
    r"\b(owes?|owed|debts?|overdue|late|sla|breach\w*|tickets?|leads?|she|he|her|him|his|users?)\b",
    re.IGNORECASE,
)
SAMPLES: dict[str, Any] = {
    "name": "Mei Tanaka", "network": "Mastodon", "handle": "@mei@fosstodon.example", "since": AT, "at": AT,
    "until": AT, "url": "https://a.example/1", "text": "You know exports best.", "asker": "Ben",
    "brought_by": "Ben", "reason": "Ben asked you, and you said yes.", "warning": "food", "hours": 6.0,
    "after": timedelta(hours=2), "last": AT,
    "day": date(2026, 11, 20), "shown": 3, "total": 9,
    "days": (date(2026, 11, 19), date(2026, 11, 20)), "host": "fosstodon.example", "reference": "k3f9",
    "word": "dance", "usage": "/engage add LINK", "code": "bot", "button": "Open", "language": "Japanese",
    "verb": Verb.ALREADY, "shared": ("@acme",), "missing": "Which link?", "settled": 4,
    "kind": "solved", "people": 3, "well": True, "new_to_us": True, "asks": True, "zone": "Europe/Lisbon",
    "starts": time(9), "ends": time(17), "wall": timedelta(days=2), "working": timedelta(hours=9),
    "outcome": Outcome.LET_GO, "first": date(2026, 11, 19),
    "ahead": ((date(2026, 12, 24), date(2027, 1, 3), "away"),),
}  # fmt: skip


SPECIAL: dict[tuple[str, str], Any] = {
    ("closed", "reason"): Reason.NOT_NEEDED,
    ("your_hours", "days"): "Monday to Thursday",
    ("later", "choice"): Later.WEEK,
    ("last_week", "heard"): ("Said.",),
    ("last_week", "wrong"): ("Said.",),
    ("unfit", "why"): "NOT_IN",
    ("stands_here", "at"): time(9),
    ("likeliest", "people"): (("Ana", "answered them in March"),),
    ("digest_comes", "rhythm"): Rhythm.WEEKLY,
    ("would_reply", "days"): 3,
    ("after_a_yes", "days"): 3,
    ("rule", "fits"): ("is written in Japanese", "comes from Mastodon"),
    ("has_a_word", "about"): ("press inquiry", "podcast"),
    ("another_way", "watches"): ("Our account", "Words about us"),
    ("which_watch", "names"): ("Our account", "Words about us"),
    ("policy_choices", "names"): tuple(PRESETS),
    ("policy_unknown", "names"): tuple(PRESETS),
}
"""By the sentence and the name of what is told."""


def _sample(name: str, function: str) -> object:
    return SPECIAL.get((function, name), SAMPLES.get(name, 3))


def _own_functions() -> dict[str, Callable[..., Any]]:
    return {
        n: f
        for room in (words, responses)
        for n, f in vars(room).items()
        if inspect.isfunction(f) and f.__module__ == room.__name__
    }


def _said(value: object) -> str:
    return value if isinstance(value, str) else plain(value)  # type: ignore[arg-type]


def _all_sentences() -> dict[str, str]:
    shown = {}
    for name, function in _own_functions().items():
        given = {p: _sample(p, name) for p in inspect.signature(function).parameters}
        shown[name] = _said(function(**given))
    constants = vars(words) | vars(responses)
    shown |= {n: v for n, v in constants.items() if n.isupper() and isinstance(v, str)}
    shown |= {f"reason {r}": plain(words.closed(r)) for r in Reason}
    shown |= {f"sign {kind}": plain(words.signed(kind, "https://a.example/1")) for kind in words._SIGNS}
    shown |= {f"choice {code}": text for code, text in words.REASONS}
    shown |= {f"pause {choice}": text for choice, text in words.PAUSES}
    shown |= {f"later {choice}": words.later(choice, None) for choice in Later}
    until = (words.aside, responses.paused, responses.rings_paused)
    shown |= {f"{said.__name__} until said": plain(said(UNTIL_SAID)) for said in until}
    shown |= {f"help {usage}": text for usage, text in responses.HELP}
    shown |= {f"unfit {why.name}": plain(responses.unfit(why.name)) for why in Unfit}
    shown |= {
        f"instead {code}": plain(words.instead_of_channel(code))
        for code, fate in FATES.items()
        if fate is Fate.LEAD
    }
    codes = (
        "bot",
        "deleted",
        "outside",
        "stopped",
        "nobody",
        "taken",
        "no reason",
        "no time",
        "asked kindly",
        "gone",
        "no day",
        "no name",
        "about nothing",
        "too many words",
        "private",
        "outsider",
        "unsure",
        "else",
    )
    return shown | {f"refused {c}": responses.refused(c, "Ana") for c in codes}


SENTENCES = _all_sentences()


@pytest.mark.parametrize("name", SENTENCES)
def test_a_sentence_keeps_the_tone(name: str) -> None:
    sentence = SENTENCES[name]
    assert sentence.strip()
    assert not BANNED.search(sentence), sentence
    assert "  " not in sentence
    assert "None" not in sentence
    print(f"{name}: {sentence}")  # noqa: T201  `pytest -s` shows them all


def test_counts_read_as_people_say_them() -> None:
    assert words.notice_digest(1) == "1 person is waiting for one of us"
    assert words.notice_digest(9) == "9 people are waiting for one of us"
    assert plain(words.here_are(5, 9)) == "Here are five."
    assert words.here_are(3, 3) == ()
    assert plain(words.how_wrong(41, 1)) == "I reminded 41 times and was wrong once."
    assert plain(words.receipt(date(2026, 11, 20), 9, 7, 2)) == (
        "Friday: 9 waited, 7 answered by hand, 2 carried over."
    )
    assert plain(words.receipt(date(2026, 11, 17), 5, 0, 5)) == (
        "Tuesday: 5 waited, none answered yet, 5 carried over."
    )
    assert plain(words.receipt(date(2026, 11, 17), 5, 0, 0)) == (
        "Tuesday: 5 waited, none answered by hand, 0 carried over."
    )


def test_the_present_count_takes_the_place_of_the_first_when_fewer_wait() -> None:
    assert words.notice_digest(5, 2) == "3 of 5 are still waiting for one of us"
    assert words.notice_digest(5, 4) == "1 of 5 is still waiting for one of us"
    assert plain(words.total_waiting(5, 5)) == "All 5 have been answered or settled."
    assert plain(words.total_waiting(1, 1)) == "The one who waited has been answered or settled."


@pytest.mark.parametrize("verb", Verb)
def test_undo_names_what_it_takes_back(verb: Verb) -> None:
    label = words.undoes(verb, "Mei Tanaka")
    assert label.startswith("Undo “")
    assert label.endswith("” for Mei Tanaka")
    assert not BANNED.search(label)


def test_a_length_of_time_is_told_in_words() -> None:
    assert plain(words.wrote_back("Mei", "Mastodon", timedelta(hours=2, minutes=20))) == (
        "Mei wrote back to you on Mastodon, two hours after your reply:"
    )
