"""The main job, from a mention to the line that ticks."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.model import Status, Verb
from bot.domain.screens import Kind
from tests.services.conftest import Team
from tests.services.pond import ACME, ANA, MEI


def test_a_mention_is_asked_about_promised_reminded_of_answered_by_hand_and_ticked(team: Team) -> None:
    mention = team.pond.write(MEI, "@acme Does the export keep my tags?", names=(ACME,))
    team.later(timedelta(minutes=40))
    (one,) = team.waiting()
    assert one.standing.uncovered == {mention.id}

    team.until(3, 9, 10)
    (digest,) = team.slack.to("C100", Kind.DIGEST)
    assert [line.name for line in digest.lines] == ["Mei Tanaka"]

    assert team.press(one, Verb.ASK, team.ben, to=team.ana.id, note="You know exports best.").done
    team.work()
    (question,) = team.slack.to("UANA", Kind.QUESTION)
    assert (question.asker, question.note, question.first) == ("Ben", "You know exports best.", True)

    assert team.press(one, Verb.YES, team.ana).done
    team.until(3, 13)
    assert not team.slack.to("UANA", Kind.NUDGE)
    team.until(3, 13, 20)
    assert not team.slack.to("UANA", Kind.LAST_WORD)
    (nudge,) = team.slack.to("UANA", Kind.NUDGE)
    assert (nudge.step, nudge.steps, nudge.reply_as) == (1, 2, "@ana")

    reply = team.pond.write(ANA, "Yes, all of them.", under=mention)
    team.later(timedelta(hours=1))
    closed = team.conversation(one.id)
    assert closed.standing.status == Status.ANSWERED
    assert closed.standing.evidence[0].post == reply.id
    shown = {screen.kind: screen for screen in team.slack.standing.values()}
    for kind in (Kind.DIGEST, Kind.NUDGE):
        (line,) = shown[kind].lines
        assert (line.standing.status, line.answered_name) == (Status.ANSWERED, "Ana")
        assert line.answered_url == reply.url
    assert team.moves(one) == ["opened", "ask", "yes", "answered"]
