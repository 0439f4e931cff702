"""Nothing rings without a look that is whole, not a minute old, and about what waits and who has it now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.domain.connector import Broken
from bot.domain.errors import Unavailable
from bot.domain.model import Status, Verb, Workspace
from bot.domain.screens import Kind
from tests.services.conftest import Slack, Team
from tests.services.pond import ACME, ANA, MEI
from tests.services.test_signs_of_the_network import TOM
from tests.services.test_telling_one_person import HOUR, kinds, promised

MINUTE = timedelta(minutes=1)


def due(team: Team) -> None:
    """The first reminder is due now, and nobody was told of it yet."""
    team.clock.move(4 * HOUR)


def see(team: Team) -> list[Kind]:
    team.remind.see(team.home.id, team.ana.id)
    return kinds(team, "UANA")


def test_a_look_that_took_longer_than_a_minute_rings_nobody_and_is_made_again(team: Team) -> None:
    promised(team, team.ana)
    due(team)
    team.pond.meanwhile = lambda what: team.clock.move(timedelta(seconds=40))
    assert see(team) == []
    team.pond.meanwhile = None
    team.later(20 * MINUTE)
    assert kinds(team, "UANA") == [Kind.NUDGE]


def test_a_thread_with_a_post_that_cannot_be_read_is_not_whole(team: Team) -> None:
    promised(team, team.ana)
    team.pond.unreadable = (Broken("p9", "no date"),)
    due(team)
    assert see(team) == []


def test_own_posts_with_pages_left_to_read_were_not_read(team: Team) -> None:
    promised(team, team.ana)
    team.pond.page_size = 1
    for number in range(30):
        team.pond.write(ANA, f"So, {number}.")
    due(team)
    assert see(team) == []
    assert see(team) == []


def test_a_look_is_as_old_as_the_own_posts_that_it_rests_on(team: Team) -> None:
    one = promised(team, team.ana)
    team.pond.page_size = 1000
    due(team)
    own = team.source("own", ANA.id)
    team.collect.poll(team.home.id, own.id)
    (mention,) = team.pond.posts.values()
    # The thread does not show it (her server holds it back), and her own posts were read before it.
    team.clock.move(2 * MINUTE)
    reply = team.pond.write(ANA, "So.", under=mention)
    team.pond.held_back = {reply.id}
    team.answers.look(team.home.id, [one.id], fresh=5 * MINUTE)
    assert see(team) == []
    assert team.conversation(one.id).standing.status == Status.ANSWERED


def test_what_came_while_a_look_was_under_way_is_looked_at_before_it_rings(team: Team) -> None:
    mention = team.pond.write(MEI, "@acme How?", names=(ACME,))
    reply = team.pond.write(ANA, "So.", under=mention)
    team.later(HOUR)
    (one,) = team.all()
    assert one.standing.status == Status.ANSWERED

    def they_write_back_and_are_answered(what: str) -> None:
        if what == "thread":
            team.pond.meanwhile = None
            back = team.pond.write(MEI, "@ana And then?", under=reply, names=(ANA, ACME))
            team.collect.poll(team.home.id, team.source("mentions").id)
            team.pond.held_back = {back.id, team.pond.write(ANA, "Then so.", under=back).id}

    team.clock.move(MINUTE)
    team.pond.meanwhile = they_write_back_and_are_answered
    team.answers.look(team.home.id, [one.id], fresh=timedelta(0))
    assert [one.id for one in team.waiting()] == [one.id]
    team.pond.held_back = set()
    assert see(team) == []
    assert team.waiting() == []


@dataclass
class Interrupted(Slack):
    """Slack, while something else happens right before a call."""

    meanwhile: Callable[[], object] = field(default=lambda: None)

    def rests_until(self, workspace: Workspace, slack_user: str) -> None:
        self.meanwhile()


def test_nobody_is_reminded_of_what_the_network_marks_as_answered_right_before_the_call(team: Team) -> None:
    one = promised(team, team.ana)
    due(team)

    def tom_is_taken_for_the_answer() -> None:
        team.clock.move(timedelta(seconds=1))
        team.pond.write(TOM, "Like so", under=team.pond.posts[one.root], sign="accepted")
        team.answers.look(team.home.id, [one.id], fresh=timedelta(0))

    slack = Interrupted(team.clock, meanwhile=tom_is_taken_for_the_answer)
    outbox = replace(team.outbox, slack=slack)
    replace(team.remind, outbox=outbox).see(team.home.id, team.ana.id)
    assert team.conversation(one.id).standing.sign is not None
    assert slack.posted == []


def test_who_is_asked_later_needs_a_look_at_their_own_posts(team: Team) -> None:
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    (one,) = team.waiting()
    team.clock.move(HOUR)
    team.pond.failing["fetch own @ben"] = [Unavailable("down")]
    assert one.id in team.answers.look(team.home.id, [one.id], fresh=timedelta(0)).complete
    assert team.press(one, Verb.ASK, team.ana, to=team.ben.id).done
    team.remind.see(team.home.id, team.ben.id)
    assert kinds(team, "UBEN") == []


def test_news_need_the_own_posts_of_whoever_is_told(team: Team) -> None:
    mention = team.pond.write(MEI, "@acme How?", names=(ACME,))
    reply = team.pond.write(ANA, "So.", under=mention)
    team.work()
    team.later(HOUR)
    team.pond.failing["fetch own @ana"] = [Unavailable("down")]
    team.pond.write(MEI, "@ana And then?", under=reply, names=(ANA, ACME))
    team.later(2 * HOUR)
    assert team.waiting()
    assert see(team) == []


def test_an_account_whose_own_posts_nobody_reads_is_reminded_of_nothing(team: Team) -> None:
    with team.store.write(team.home.id) as tx:
        watch = tx.sources.watches()[0]
        kept = [one for one in tx.sources.sources() if one.account != ANA.id]
        tx.sources.save_watch(watch, kept)
    promised(team, team.ana)
    due(team)
    assert see(team) == []


def test_a_question_waits_for_a_look_though_the_one_asked_has_no_account_there(team: Team) -> None:
    with team.store.write(team.home.id) as tx:
        for handle in tx.people.handles():
            tx.people.save_handle(replace(handle, teammate=team.ana.id))
    mention = team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    (one,) = team.waiting()
    team.press(one, Verb.ASK, team.ana, to=team.ben.id)
    team.pond.write(ANA, "So.", under=mention)
    team.remind.see(team.home.id, team.ben.id)
    assert kinds(team, "UBEN") == []
    assert team.conversation(one.id).standing.status == Status.ANSWERED
