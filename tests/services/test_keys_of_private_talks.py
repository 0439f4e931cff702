"""What is private is looked at with the key that saw it and no other, and is its owner's alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.model import Author, Conversation, Source, Status, Teammate, Visibility, Watch
from bot.domain.ports import Secret
from tests.services.conftest import Team
from tests.services.pond import ACME, ANA, BEN, HOME, MEI

NOW = timedelta(0)


def connect(team: Team, account: Author, owner: Teammate | None) -> Secret:
    """The mentions of an account are read with a key of its own."""
    with team.store.write(team.home.id) as tx:
        key = tx.sources.save_secret(
            Secret("", "pond", HOME, f"key of {account.handle}", account.id, owner.id if owner else None)
        )
        source = Source("", "pond", HOME, "mentions", account.handle, credential=key.id, account=account.id)
        tx.sources.save_watch(Watch("", account.handle, None), [source])
    return key


def poll(team: Team, account: Author) -> None:
    with team.store.read(team.home.id) as tx:
        found = [one for one in tx.sources.sources() if one.account == account.id and one.credential]
    team.collect.poll(team.home.id, found[0].id)


def looked_with(team: Team, one: Conversation) -> tuple[bool, set[str]]:
    """Whether a look was complete, and the keys of its questions about the thread."""
    team.clock.move(timedelta(minutes=10))
    team.networks.keys.clear()
    own = [source for source in team.sources() if source.kind == "own"]
    seen = team.answers.look(team.home.id, [one.id], fresh=NOW)
    keys = [key.value if key else "none" for key in team.networks.keys]
    for _ in own:
        keys.remove("none")
    return one.id in seen.complete, set(keys)


def test_a_private_talk_is_looked_at_with_the_key_that_saw_it(team: Team) -> None:
    accounts = {ANA: team.ana, BEN: team.ben}
    for account, owner in accounts.items():
        connect(team, account, owner)
        poll(team, account)
    for account in accounts:
        team.pond.write(MEI, "My bill?", names=(account,), visibility=Visibility.DIRECT)
        poll(team, account)
        (one,) = (one for one in team.waiting() if one.looked_at is None)
        assert looked_with(team, one) == (True, {f"key of {account.handle}"})


def test_without_the_key_that_saw_it_a_private_talk_is_not_looked_at(team: Team) -> None:
    key = connect(team, ANA, team.ana)
    connect(team, BEN, team.ben)
    poll(team, ANA)
    team.pond.write(MEI, "My bill?", names=(ANA,), visibility=Visibility.DIRECT)
    poll(team, ANA)
    (one,) = team.waiting()
    with team.store.write(team.home.id) as tx:
        lost = next(watch for watch in tx.sources.watches() if watch.name == ANA.handle)
        tx.sources.remove_watch(lost.id)
    assert key.value not in looked_with(team, one)[1]
    assert looked_with(team, one) == (False, set())


def test_a_public_talk_is_looked_at_with_any_key_there(team: Team) -> None:
    connect(team, BEN, team.ben)
    poll(team, BEN)
    team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions", ACME.id).id)
    (one,) = team.waiting()
    assert looked_with(team, one)[0]


def test_private_words_to_one_of_us_in_a_talk_with_another_are_that_ones_alone(team: Team) -> None:
    connect(team, BEN, team.ben)
    poll(team, BEN)
    asked = team.pond.write(MEI, "@acme @ana How?", names=(ACME, ANA))
    team.collect.poll(team.home.id, team.source("mentions", ACME.id).id)
    team.pond.write(MEI, "@ben In private, my bill?", under=asked, names=(BEN,), visibility=Visibility.DIRECT)
    poll(team, BEN)
    ids = [one.id for one in team.waiting()]
    assert team.queue.lines(team.home.id, ids, team.ana.id) == []
    assert len(team.queue.lines(team.home.id, ids, team.ben.id)) == 1


def test_what_two_keys_of_two_people_saw_in_private_is_nobodys(team: Team) -> None:
    for each, owner in ((ANA, team.ana), (BEN, team.ben)):
        connect(team, each, owner)
        poll(team, each)
    first = team.pond.write(MEI, "@ana My bill?", names=(ANA,), visibility=Visibility.DIRECT)
    poll(team, ANA)
    team.pond.posts["p009"] = replace(first, id="p009", parent=first.id, names=frozenset({BEN.id}))
    poll(team, BEN)
    ids = [one.id for one in team.waiting()]
    for person in (team.ana, team.ben):
        assert team.queue.lines(team.home.id, ids, person.id) == []


def test_a_look_with_somebodys_key_shows_what_it_read_to_nobody_else(team: Team) -> None:
    connect(team, BEN, team.ben)
    poll(team, BEN)
    asked = team.pond.write(MEI, "@ben @acme How?", names=(BEN, ACME))
    poll(team, BEN)
    team.pond.write(
        MEI, "@ben In private, my bill?", under=asked, names=(BEN,), visibility=Visibility.FOLLOWERS
    )
    team.pond.write(ACME, "News")
    team.clock.move(timedelta(minutes=10))
    ids = [one.id for one in team.waiting()]
    team.answers.look(team.home.id, ids, fresh=NOW)
    assert team.queue.lines(team.home.id, ids, team.ana.id) == []
    assert len(team.queue.lines(team.home.id, ids, team.ben.id)) == 1


def test_a_private_reply_of_ours_is_not_taken_for_deleted_because_another_key_does_not_show_it(
    team: Team,
) -> None:
    connect(team, BEN, team.ben)
    with team.store.write(team.home.id) as tx:
        key = next(one.credential for one in tx.sources.sources() if one.credential)
        own = Source("", "pond", HOME, "own", BEN.handle, credential=key, account=BEN.id)
        tx.sources.save_watch(Watch("", "Ben's own", None), [own])
    asked = team.pond.write(MEI, "@acme How?", names=(ACME,))
    team.collect.poll(team.home.id, team.source("mentions", ACME.id).id)
    (one,) = team.waiting()
    with team.store.write(team.home.id) as tx:
        for source in tx.sources.sources():
            if source.account == BEN.id and source.kind == "own" and source.credential is None:
                tx.sources.save_source(replace(source, cursor="1000"))
    reply = team.pond.write(BEN, "So.", under=asked, visibility=Visibility.DIRECT)
    team.clock.move(timedelta(minutes=10))
    with team.store.read(team.home.id) as tx:
        (mine,) = (each for each in tx.sources.sources() if each.credential and each.kind == "own")
    team.collect.poll(team.home.id, mine.id)
    assert team.conversation(one.id).standing.status == Status.ANSWERED
    # Whoever reads the thread without Ben's key does not see his reply.
    team.pond.gone.add(reply.id)
    for _ in range(3):
        team.clock.move(timedelta(minutes=12))
        team.answers.look(team.home.id, [one.id], fresh=NOW)
    team.later(timedelta(hours=2))
    assert team.conversation(one.id).standing.status == Status.ANSWERED


def test_what_only_somebody_elses_key_shows_of_a_link_is_not_shown_to_who_pasted_it(team: Team) -> None:
    connect(team, ANA, team.ana)
    post = team.pond.write(MEI, "@ben My bill?", names=(BEN,), visibility=Visibility.FOLLOWERS)
    with pytest.raises(ValueError, match="cannot be put on the list"):
        team.add.link(team.home.id, post.url, team.ben.id)
    assert team.add.link(team.home.id, post.url, team.ana.id).name == MEI.name


def test_a_link_is_read_with_the_key_of_whoever_pastes_it(team: Team) -> None:
    connect(team, ANA, team.ana)
    connect(team, BEN, team.ben)
    for person, account in ((team.ana, ANA), (team.ben, BEN)):
        post = team.pond.write(MEI, "How?", names=(account,), visibility=Visibility.FOLLOWERS)
        assert team.add.link(team.home.id, post.url, person.id).name == MEI.name
