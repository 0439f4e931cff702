"""/engage stats: the team's numbers, for whoever asked; nobody's own, and no ranking."""

from __future__ import annotations

from bot.domain.measures import Earlier, Measures
from bot.slack import responses
from bot.slack.blocks import Block, Drawn, divider, foot, message, paragraph


def stats(told: Measures) -> Drawn:
    """What became of those who spoke to us, how we reminded, and what is known of the time before."""
    return message(
        responses.notice_stats(),
        [
            paragraph(responses.spoke_since(told.since, told.spoke)),
            *(_people(told) if told.spoke else []),
            divider(),
            paragraph(responses.reminders_worked(told.reminders, told.followed, told.false_alarms)),
            paragraph(responses.who_paused(told.paused)),
            divider(),
            *_before(told.earlier),
            foot(responses.of_nobody_alone()),
        ],
    )


def _people(told: Measures) -> list[Block]:
    outcomes = [paragraph(responses.came_to(outcome, count)) for outcome, count in told.people.items()]
    together = [paragraph(responses.these_together(told.together))] if told.together else []
    return [*outcomes, *together, *_waits(told), paragraph(responses.back_from(told.wrote_back))]


def _waits(told: Measures) -> list[Block]:
    if told.wall is None or told.working is None:
        return []
    said = [responses.half_waited(told.wall.median, told.working.median)]
    if told.wall.ninetieth is not None and told.working.ninetieth is not None:
        said.append(responses.nine_of_ten_waited(told.wall.ninetieth, told.working.ninetieth))
    return [paragraph(*said)]


def _before(earlier: Earlier | None) -> list[Block]:
    if earlier is None:
        return [paragraph(responses.nothing_before())]
    said = [responses.time_before(earlier.since, earlier.until, earlier.spoke, earlier.heard)]
    said += [responses.half_waited_then(earlier.wall.median)] if earlier.wall else []
    return [paragraph(*said), paragraph(responses.since_is_not_because())]
