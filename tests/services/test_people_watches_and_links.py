"""Who is one of us, what is followed, what is added by hand, and what is kept for how long."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.connector import Query
from bot.domain.errors import NeedsSignIn
from bot.domain.model import Author, Health, Lane, Status, Teammate, Verb
from bot.domain.ports import Job, Person
from bot.domain.routing import LAST_SPOKE
from bot.services.team.people import BOT, DELETED, OUTSIDE, STOPPED, UNSURE
from bot.services.team.watches import LONGEST
from tests.services.conftest import Team
from tests.services.pond import ACME, ANA, BEN, HOME, MEI, ZOE, author


def test_somebody_new_is_enrolled_on_sight_with_their_zone(team: Team) -> None:
    team.slack.people["UCHI"] = Person("UCHI", "Chidi", "Africa/Lagos")
    chidi = team.people.teammate(team.home.id, "UCHI")
    assert (chidi.name, chidi.hours.zone, chidi.can_be_assigned) == ("Chidi", "Africa/Lagos", True)
    assert team.people.teammate(team.home.id, "UCHI") == chidi


def test_a_zone_that_nobody_knows_is_the_teams(team: Team) -> None:
    team.slack.people["UCHI"] = Person("UCHI", "Chidi", "Middle/Earth")
    assert team.people.teammate(team.home.id, "UCHI").hours.zone == "UTC"


def test_bots_guests_leavers_and_those_who_stopped_cannot_be_assigned(team: Team) -> None:
    team.slack.people |= {
        "UBOT": Person("UBOT", "Bot", "UTC", is_bot=True),
        "UOUT": Person("UOUT", "Guest", "UTC", is_outside=True),
        "UGON": Person("UGON", "Gone", "UTC", is_deleted=True),
        "UBEN": Person("UBEN", "Ben", "UTC"),
    }
    team.people.stop(team.home.id, team.ben.id)
    codes = [team.people.assignable(team.home.id, who) for who in ("UBOT", "UOUT", "UGON", "UBEN", "UXXX")]
    assert codes == [BOT, OUTSIDE, DELETED, STOPPED, UNSURE]
    team.people.resume(team.home.id, team.ben.id)
    assert isinstance(team.people.assignable(team.home.id, "UBEN"), Teammate)


def test_who_came_back_to_slack_is_known_by_what_they_do_though_its_word_was_lost(team: Team) -> None:
    """A guest stays a guest, and while Slack does not answer nobody's place in the team changes."""
    back, guest = Person("UCHI", "Chidi", "UTC"), Person("UOUT", "Guest", "UTC", is_outside=True)
    team.slack.people |= {"UCHI": replace(back, is_deleted=True), "UOUT": guest}
    for who in ("UCHI", "UOUT", "UNEW"):
        assert not team.people.teammate(team.home.id, who).can_be_assigned
    del team.slack.people["UCHI"]
    assert not team.people.teammate(team.home.id, "UCHI").can_be_assigned

    team.slack.people |= {"UCHI": back, "UNEW": Person("UNEW", "Noor", "Asia/Tokyo")}
    assert team.people.teammate(team.home.id, "UCHI").can_be_assigned
    assert not team.people.teammate(team.home.id, "UOUT").can_be_assigned
    new = team.people.teammate(team.home.id, "UNEW")
    assert (new.name, new.hours.zone, new.can_be_assigned) == ("Noor", "Asia/Tokyo", True)


def test_what_a_teammate_decided_while_slack_was_asked_stays(team: Team) -> None:
    """Ben stops all messages just while somebody chooses him: Slack's answer must not undo it."""

    class Asked(dict[str, Person]):
        def get(self, who: str, *_: object) -> Person:  # type: ignore[override]
            team.people.stop(team.home.id, team.ben.id)
            return Person(who, "Benjamin", "UTC")

    team.slack.people = Asked()
    assert team.people.assignable(team.home.id, "UBEN") == STOPPED
    with team.store.read(team.home.id) as tx:
        ben = tx.people.teammate(team.ben.id)
    assert ben is not None
    assert (ben.stopped, ben.name) == (True, "Benjamin")


def test_who_last_spoke_with_them_is_likeliest(team: Team) -> None:
    first = team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.pond.write(ANA, "So.", under=first)
    team.later(timedelta(minutes=40))
    team.pond.write(MEI, "@acme Why?", names=(ACME,))
    team.later(timedelta(minutes=40))
    (one,) = team.waiting()
    likely = team.people.likely(team.home.id, one.id, team.ben.id)
    assert [(each.teammate.name, each.reason) for each in likely] == [("Ana", LAST_SPOKE), ("Ben", None)]


def test_whom_somebody_asked_in_their_place_is_suggested_next_time(team: Team) -> None:
    first = team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    (one,) = team.waiting()
    team.press(one, Verb.ASK, team.ana, to=team.ben.id)
    assert team.press(one, Verb.NOT_ME, team.ben).done
    assert team.press(one, Verb.ASK, team.ben, to=team.ana.id).done
    team.pond.write(ACME, "So.", under=first)
    team.pond.write(MEI, "@acme Why?", names=(ACME,))
    team.later(timedelta(hours=1))
    (one,) = team.waiting()
    first_choice, _ = team.people.likely(team.home.id, one.id, team.ben.id)
    assert (first_choice.teammate.name, first_choice.reason) == ("Ana", "was Ben's choice")


def test_who_looks_after_a_place_is_suggested_until_they_have_enough(team: Team) -> None:
    team.watches.owned_by(team.home.id, team.watches.list(team.home.id)[0][0].id, team.ben.id)
    for name in ("kim", "lea"):
        team.pond.write(author(name), "@acme How?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions").id)
    one, other = team.waiting()
    owner = team.people.likely(team.home.id, one.id, team.ana.id)[0]
    assert (owner.teammate.name, owner.reason) == ("Ben", "looks after Acme")
    team.press(one, Verb.CLAIM, team.ben)
    team.people.skilled(team.home.id, team.ben.id, most=1)
    assert team.people.likely(team.home.id, other.id, team.ana.id)[0].reason is None


def test_a_linked_handle_counts_also_for_what_it_wrote_before(team: Team) -> None:
    ana2 = author("ana_codes")
    mention = team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.pond.write(ana2, "So.", under=mention)
    team.later(timedelta(hours=2))
    (one,) = team.waiting()
    assert one.standing.others_replied == 1
    handle = team.people.link(team.home.id, team.ana.id, "@ana_codes")
    assert (handle.author_id, handle.teammate, handle.proved) == (ana2.id, team.ana.id, False)
    assert team.conversation(one.id).standing.status == Status.ANSWERED
    assert team.source("own", ana2.id).account == ana2.id
    assert team.people.link(team.home.id, team.ana.id, "@ana_codes") == handle
    with pytest.raises(ValueError, match="no network"):
        team.people.link(team.home.id, team.ana.id, "ana")


def test_a_watch_is_tried_without_saving_anything(team: Team) -> None:
    team.pond.write(ZOE, "acme is fine")
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    before = team.watches.list(team.home.id)
    found = team.watches.test(team.home.id, "pond", "mentions", "@acme")
    assert ([lane for _, lane in found.posts], found.waits) == ([Lane.TO_US], 1)
    word = team.watches.test(team.home.id, "pond", "tag", "acme", endpoint=HOME)
    assert [lane for _, lane in word.posts] == [Lane.ABOUT_US, Lane.TO_US]
    assert team.watches.list(team.home.id) == before
    with pytest.raises(ValueError, match="offers"):
        team.watches.test(team.home.id, "pond", "smoke", "acme")


def test_a_watch_is_added_with_its_account_and_key_then_paused_resumed_and_removed(team: Team) -> None:
    watch = team.watches.add(team.home.id, "pond", "mentions", "@acme", secret="s3cret", by=team.ben.id)
    sources = {one.id: found for one, found in team.watches.list(team.home.id)}[watch.id]
    assert [(one.kind, one.account, one.credential is not None) for one in sources] == [
        ("mentions", ACME.id, True),
        ("own", ACME.id, True),
    ]
    team.watches.pause(team.home.id, watch.id)
    assert team.collect.poll(team.home.id, sources[0].id) is None
    team.watches.resume(team.home.id, watch.id)
    assert team.collect.poll(team.home.id, sources[0].id) is not None
    team.watches.remove(team.home.id, watch.id)
    assert watch.id not in {one.id for one, _ in team.watches.list(team.home.id)}


@pytest.mark.parametrize(("whose", "proved"), [(author("shop"), True), (ACME, False), (None, False)])
def test_a_key_proves_the_account_it_belongs_to_and_no_other(
    team: Team, whose: Author | None, proved: bool
) -> None:
    team.pond.whose_key = whose
    team.pond.facts = replace(
        team.pond.facts, queries=(*team.pond.facts.queries, Query("open", "Open", "@a"))
    )
    team.watches.add(team.home.id, "pond", "open", "@shop", secret="s3cret")
    with team.store.read(team.home.id) as tx:
        (handle,) = (one for one in tx.people.handles() if one.author_id == author("shop").id)
    assert handle.proved is proved


@pytest.mark.parametrize(
    ("whose", "home", "keyed"), [(None, HOME, True), (ACME, HOME, False), (None, "", False)]
)
def test_a_key_that_is_nobody_s_reads_the_posts_of_each_of_us_where_there_is_one_server(
    team: Team, whose: Author | None, home: str, keyed: bool
) -> None:
    team.pond.whose_key = whose
    team.pond.facts = replace(team.pond.facts, home=home)
    team.watches.add(team.home.id, "pond", "mentions", "@acme", secret="s3cret")
    team.people.link(team.home.id, team.ben.id, "@ben_writes")
    with team.store.read(team.home.id) as tx:
        (own,) = (one for one in tx.sources.sources() if one.account == author("ben_writes").id)
    assert (own.kind, own.credential is not None) == ("own", keyed)


def test_a_mended_key_reads_on_from_where_it_stopped(team: Team) -> None:
    watch = team.watches.add(team.home.id, "pond", "mentions", "@acme", secret="old", by=team.ben.id)
    team.work()
    team.pond.failing["fetch @acme"] = [NeedsSignIn("401")]
    team.collect.poll(team.home.id, watch.sources[0])
    team.pond.failing.clear()
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.watches.mend(team.home.id, watch.sources[0], "new")
    team.work()
    assert len(team.waiting()) == 1
    (sources,) = (found for one, found in team.watches.list(team.home.id) if one.id == watch.id)
    assert all(one.health == Health.WELL for one in sources)


def test_a_link_puts_its_post_on_the_list(team: Team) -> None:
    post = team.pond.write(ZOE, "Does anyone use acme?")
    line = team.add.link(team.home.id, post.url, team.ana.id)
    assert (line.name, line.standing.lane) == ("Zoe Okafor", Lane.TO_US)
    assert [one.id for one in team.waiting()] == [line.conversation]
    assert team.add.link(team.home.id, post.url, team.ana.id).conversation == line.conversation
    with pytest.raises(ValueError, match="no network"):
        team.add.link(team.home.id, "https://other.example/1", team.ana.id)


def test_words_are_wiped_ninety_days_after_closing(team: Team) -> None:
    mention = team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.pond.write(ANA, "So.", under=mention)
    team.later(timedelta(hours=1))
    (one,) = team.all()
    team.clock.move(timedelta(days=89))
    team.keeping.keep(team.home.id)
    assert team.queue.lines(team.home.id, [one.id], None)[0].text == "@acme How?"
    team.clock.move(timedelta(days=2))
    team.keeping.keep(team.home.id)
    assert team.queue.lines(team.home.id, [one.id], None)[0].text == ""


def test_a_lost_plan_is_made_again_by_keeping_house(team: Team) -> None:
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    source = team.source("mentions")
    with team.store.write(team.home.id) as tx:
        tx.agenda.drop(Job.POLL, source.id)
    team.keeping.keep(team.home.id)
    team.later(timedelta(minutes=40))
    assert len(team.waiting()) == 1


def test_the_list_shows_mine_then_what_i_am_asked_then_what_nobody_has(team: Team) -> None:
    for name in ("kim", "lee", "mo"):
        team.pond.write(author(name), "@acme How?", names=(ACME,))
    team.later(timedelta(minutes=40))
    one, two, _ = team.waiting()
    team.triage.press(team.home.id, one.id, 1, Verb.CLAIM, team.ana.id, face="test")
    team.triage.press(team.home.id, two.id, 1, Verb.ASK, team.ben.id, face="test", to=team.ana.id)
    seen = team.queue.of(team.home.id, team.ana.id, 2)
    assert ([line.conversation for line in seen.mine], [line.conversation for line in seen.asked]) == (
        [one.id],
        [two.id],
    )
    assert (len(seen.unowned), seen.more) == (0, 1)


def test_what_anybody_can_read_of_an_account_is_that_account_s_whoever_s_key_it_is(team: Team) -> None:
    team.watches.add(team.home.id, "pond", "mentions", "@ben", secret="acme-s-key")
    with team.store.read(team.home.id) as tx:
        (source,) = [one for one in tx.sources.sources() if (one.query, one.kind) == ("@ben", "mentions")]
        secret = tx.sources.secret(source.credential or "")
    assert (source.account, secret and secret.account) == (BEN.id, ACME.id)
    team.watches.mend(team.home.id, source.id, "another-key-of-acme-s")


def test_as_much_as_is_kept_can_be_followed_and_more_is_refused_before_anything_is_asked(team: Team) -> None:
    longest = "\N{CRAB}" * (LONGEST // 4)
    watch = team.watches.add(team.home.id, "pond", "tag", longest, endpoint=f"{HOME}/{'a' * 900}")
    with team.store.read(team.home.id) as tx:
        (source,) = [one for one in tx.sources.sources() if one.id in watch.sources]
    assert source.query == longest
    team.pond.asked.clear()
    for query, at in ((longest + "a", ""), ("acme", HOME + "a" * LONGEST)):
        for ask in (team.watches.test, team.watches.add):
            with pytest.raises(ValueError, match=f"at most {LONGEST}"):
                ask(team.home.id, "pond", "tag", query, endpoint=at)
    assert team.pond.asked == []
