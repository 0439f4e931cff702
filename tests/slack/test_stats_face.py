"""/engage stats as people read it: full, with too few people, and without a time before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.few import Spread
from bot.domain.measures import Earlier, Measures, Outcome
from bot.slack.stats import stats
from tests.slack.limits import check_message, read

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
WAITED = Spread(2.5 * HOUR, 50 * HOUR)
FULL = Measures(
    since=AT - timedelta(days=30),
    until=AT,
    spoke=41,
    people={each: None if each in (Outcome.LET_GO, Outcome.NOT_NEEDED) else 9 for each in Outcome},
    together=5,
    wrote_back=None,
    wall=WAITED,
    working=Spread(0.5 * HOUR, 26 * HOUR),
    reminders=41,
    followed=30,
    false_alarms=1,
    paused=None,
    earlier=Earlier(AT - timedelta(days=90), AT - timedelta(days=60), 34, 20, Spread(70 * HOUR, None)),
)
FEW = Measures(
    since=AT, until=AT, spoke=None, people=dict.fromkeys(Outcome), together=None, wrote_back=None, wall=None,
    working=None, reminders=0, followed=0, false_alarms=0, paused=0,
)  # fmt: skip


def told(measures: Measures) -> str:
    notice, blocks = stats(measures)
    check_message(notice, blocks)
    return read(blocks)


def test_what_the_numbers_say() -> None:
    text = told(FULL)
    assert text.startswith("41 people spoke to us since ")
    assert "Heard back from one of us, as I saw: 9" in text
    assert "Let go: too few to tell" in text
    assert "Those too few to tell for themselves are 5 together." in text
    assert "waited no longer than two hours (30 minutes of working time)" in text
    assert "Nine of ten waited no longer than two days (26 hours of working time)." in text
    assert "Wrote back, of those who heard back: too few to tell." in text
    assert "I reminded 41 times and was wrong once. 30 of 41 were followed by" in text
    assert (
        "34 people spoke to us; heard back from one of us: 20. Half of those waited no longer than two days."
        in text
    )
    assert "Why it changed, no number says." in text
    assert "because" not in text


def test_of_one_or_two_people_it_says_only_that_they_are_too_few() -> None:
    text = told(FEW)
    assert text.startswith("Fewer than three people spoke to us")
    assert "Let go" not in text
    assert "byhand stats --help" in text
