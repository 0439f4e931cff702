"""What several Workspaces follow is asked for once and told to each, over real HTTP, by the network's log.

Each decides by itself, is kept apart from the others, and loses nothing by them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.utils import format_datetime

import pytest

from bot.app.office import LiveNetworks
from bot.domain.model import Handle, Health, Source, Teammate, Watch, Workspace
from bot.domain.ports import Job
from bot.reading.door import Door
from bot.reading.ledger import Ledger
from bot.services.workers import Workers
from bot.store import SqlStore
from bot.store.sqlstore import SqlTx
from tests.conftest import HandClock
from tests.connectors.standins.discourse import Notified
from tests.connectors.standins.hackernews import HackerNews
from tests.connectors.standins.lemmy import Lemmy
from tests.connectors.standins.network import Follow, Network
from tests.connectors.standins.serving import Asked, Routes, Said
from tests.services.conftest import Slack, Team
from tests.services.pond import Pond

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


class Feed(Network):
    """One feed with an ETag; `conditions` are those with which it was asked for."""

    def __init__(self, clock: Callable[..., object]) -> None:
        super().__init__(clock)  # type: ignore[arg-type]
        self.entries: list[str] = []
        self.conditions: list[str | None] = []

    def routes(self) -> Routes:
        return [("GET", "/feed", self._feed)]

    def follows(self) -> list[Follow]:
        return [Follow("feed", f"{self.origin}/feed")]

    def ana(self) -> None:
        return None

    def ask(self) -> str:
        name = f"{self.origin}/{len(self.entries) + 1}"
        parts = {"title": "Acme Export", "link": name, "guid": name, "pubDate": format_datetime(self.clock())}
        self.entries.append(
            f"<item>{''.join(f'<{tag}>{text}</{tag}>' for tag, text in parts.items())}</item>"
        )
        return name

    def reply(self, to: str) -> str:
        raise NotImplementedError

    thank = reply

    def delete(self, post: str) -> None:
        raise NotImplementedError

    def _feed(self, asked: Asked) -> Said:
        tag = f'"{len(self.entries)}"'
        self.conditions.append(asked.headers.get("if-none-match"))
        if self.conditions[-1] == tag:
            return Said(b"", 304, {"ETag": tag})
        head = "<title>Notes</title><link>https://notes.example</link><description>All</description>"
        body = f'<rss version="2.0"><channel>{head}{"".join(self.entries)}</channel></rss>'
        return Said(body.encode(), headers={"Content-Type": "application/rss+xml", "ETag": tag})


class Slow(Feed):
    """It takes so long that what it said is no news."""

    def _feed(self, asked: Asked) -> Said:
        self.clock.move(2 * MINUTE)  # type: ignore[attr-defined]
        return super()._feed(asked)


class Members(Lemmy):
    """A community that its own members alone should see."""

    def _post(self) -> dict[str, object]:
        return super()._post() | {"community": {"name": "notes", "visibility": "LocalOnlyPrivate"}}


class Killed(BaseException):
    """Nothing more of this process runs."""


@dataclass
class Troubled:
    """A store whose next writes for one Workspace, once the page is at hand, meet with something."""

    store: SqlStore
    whose: str
    meets: list[BaseException] = field(default_factory=list)

    @contextmanager
    def write(self, workspace: str, *, durable: bool = True) -> Iterator[SqlTx]:
        with self.store.write(workspace, durable=durable) as tx:
            yield tx
            if workspace == self.whose and self.meets:
                raise self.meets.pop()

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)


@dataclass
class Two:
    """Acme and Dorm follow the same on one network; `kind` is what."""

    network: Network
    store: SqlStore
    networks: LiveNetworks
    clock: HandClock
    acme: Team
    dorm: Team
    name: str

    @property
    def kind(self) -> str:
        return self.network.follows()[0].kind

    def source(self, team: Team) -> Source:
        return team.source(self.kind)

    def planned(self, team: Team) -> object:
        return self.store.planned(team.home.id, Job.POLL)[self.source(team).id]

    def poll(self, team: Team, store: object = None) -> list[str]:
        """The work of one team's Source, which is due; gives what the network was asked."""
        before = len(self.network.server.asked)
        collect = replace(team.collect, store=store) if store else team.collect
        collect.due(team.home.id, self.source(team).id)
        return [f"{one.path} {one.query}" for one in self.network.server.asked[before:]]

    def asked(self) -> str:
        """Mei asks, an hour after anything was read."""
        self.clock.move(HOUR)
        return self.network.ask()

    def let_pass(self, time: timedelta) -> None:
        """Time passes, and what is due is done when it is."""
        end = self.clock() + time
        workers = Workers(self.store, {Job.POLL: self.acme.collect.due}, self.clock)
        while (due := self.store.next_due([Job.POLL])) and due <= end:
            self.clock.now = max(due, self.clock.now)
            workers.drain()
        self.clock.now = end


@pytest.fixture
def two(
    made: type[Network],
    store: SqlStore,
    workspace: Workspace,
    clock: HandClock,
    request: pytest.FixtureRequest,
) -> Iterator[Two]:
    network = made(clock)
    name = {HackerNews: "hackernews", Feed: "rss", Slow: "rss", Notified: "discourse"}.get(made, "lemmy")
    with network.server.running():
        door = Door(clock, ledger=Ledger(clock).count, loopback_origins=frozenset({network.origin}))
        try:
            networks = LiveNetworks(door, store)
            other = store.add_workspace(Workspace("", team="T200", name="Dorm", channel="C200"))
            acme, dorm = (team_of(home, store, networks, clock) for home in (workspace, other))
            for team in (acme, dorm):
                for one in network.follows():
                    team.watches.add(
                        team.home.id, name, one.kind, one.query, endpoint=network.origin, secret=one.secret
                    )
            acme.work()
            yield Two(network, store, networks, clock, acme, dorm, name)
        finally:
            door.close()


def team_of(home: Workspace, store: SqlStore, networks: LiveNetworks, clock: HandClock) -> Team:
    with store.write(home.id) as tx:
        ana = tx.people.save_teammate(Teammate("", "UANA", "Ana", is_lead=True))
        ben = tx.people.save_teammate(Teammate("", "UBEN", "Ben"))
    return Team(store, home, clock, Pond(clock), Slack(clock), networks, ana, ben)  # type: ignore[arg-type]


def stored(team: Team) -> list[str]:
    with team.store.read(team.home.id) as tx:
        return [post.id for post in tx.threads.latest("rss", 10)]


def authors(team: Team) -> list[str | None]:
    return [one.author for one in team.waiting()]


@pytest.mark.parametrize("made", [HackerNews, Lemmy])
def test_what_two_follow_is_asked_for_once_and_both_have_its_conversation(two: Two) -> None:
    two.asked()
    log = two.poll(two.acme)
    assert len(log) == len(set(log)) > 0
    assert len(authors(two.acme)) == 1
    assert authors(two.acme) == authors(two.dorm)
    ours, theirs = two.source(two.acme), two.source(two.dorm)
    assert (ours.cursor, ours.last_success, ours.last_post) == (
        theirs.cursor,
        theirs.last_success,
        theirs.last_post,
    )
    assert theirs.last_success == two.clock()
    assert two.planned(two.dorm) >= two.clock() + 5 * MINUTE  # type: ignore[operator]
    with two.store.read(two.dorm.home.id) as tx:
        assert tx.journal.looks(two.clock()) > 0
    (one,), (same,) = two.acme.waiting(), two.dorm.waiting()
    assert one.id != same.id


@pytest.mark.parametrize("made", [HackerNews])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_over_a_day_two_cost_the_network_what_one_does(two: Two) -> None:
    account = ("GET", "/v0/user/acme_dev.json")
    two.let_pass(3 * HOUR)
    before = two.network.server.log.count(account)
    two.let_pass(10 * HOUR)
    times = two.network.server.log.count(account) - before
    assert 18 <= times <= 20, "every half hour, for both of them together"


@pytest.mark.parametrize("made", [Notified])
def test_with_a_key_each_asks_by_itself_and_nothing_crosses(two: Two) -> None:
    two.asked()
    before = two.source(two.dorm)
    first = two.poll(two.acme)
    assert len(authors(two.acme)) == 1
    assert (authors(two.dorm), two.source(two.dorm)) == ([], before)
    assert two.poll(two.dorm) == first
    assert len(authors(two.dorm)) == 1


@pytest.mark.parametrize("made", [HackerNews])
def test_whoever_stands_elsewhere_reads_by_itself_once_and_then_comes_along(two: Two) -> None:
    then = two.source(two.dorm)
    two.asked()
    two.poll(two.acme)
    two.network.thank(two.network.reply("2"))
    with two.store.write(two.dorm.home.id) as tx:
        tx.sources.save_source(then)
    two.clock.move(HOUR)
    two.poll(two.acme)
    assert two.source(two.acme).cursor == two.source(two.dorm).cursor
    assert authors(two.acme) == authors(two.dorm) != []
    two.asked()
    log = two.poll(two.dorm)
    assert len(log) == len(set(log))
    assert two.source(two.acme).last_success == two.clock()


@pytest.mark.parametrize("made", [Lemmy])
def test_what_the_network_was_asked_just_now_is_not_asked_sooner_for_another_place(two: Two) -> None:
    two.asked()
    two.poll(two.dorm)
    with two.store.write(two.dorm.home.id) as tx:
        tx.sources.save_source(replace(two.source(two.dorm), cursor=""))
    before = two.source(two.dorm)
    two.poll(two.acme)
    assert two.source(two.dorm) == before


@pytest.mark.parametrize("made", [Lemmy])
def test_a_paused_watch_is_left_alone_and_reads_all_of_it_when_it_goes_on(two: Two) -> None:
    with two.store.read(two.dorm.home.id) as tx:
        watches: list[Watch] = list(tx.sources.watches())
    for watch in watches:
        two.dorm.watches.pause(two.dorm.home.id, watch.id)
    before = two.source(two.dorm)
    two.asked()
    two.poll(two.acme)
    assert (authors(two.dorm), two.source(two.dorm)) == ([], before)
    for watch in watches:
        two.dorm.watches.resume(two.dorm.home.id, watch.id)
    two.poll(two.dorm)
    assert len(authors(two.dorm)) == 1


@pytest.mark.parametrize("made", [Lemmy])
def test_each_forgets_whom_it_was_asked_to_forget(two: Two) -> None:
    with two.store.write(two.dorm.home.id) as tx:
        tx.threads.forget("lemmy", f"{two.network.origin}/u/mei")
    two.asked()
    two.poll(two.acme)
    assert (len(authors(two.acme)), authors(two.dorm)) == (1, [])
    assert two.source(two.acme).cursor == two.source(two.dorm).cursor


@pytest.mark.parametrize("made", [Lemmy])
def test_whose_account_is_ours_is_each_teams_own(two: Two) -> None:
    with two.store.write(two.dorm.home.id) as tx:
        tx.people.save_handle(
            Handle("lemmy", f"{two.network.origin}/u/mei", "@mei", two.dorm.ben.id, proved=True)
        )
    two.asked()
    two.poll(two.acme)
    assert (len(authors(two.acme)), authors(two.dorm)) == (1, [])


@pytest.mark.parametrize("made", [Lemmy])
def test_what_fails_for_one_fails_for_no_other_and_it_then_reads_by_itself(two: Two) -> None:
    two.asked()
    before, planned = two.source(two.dorm), two.planned(two.dorm)
    two.poll(two.acme, Troubled(two.store, two.dorm.home.id, [OSError("the disk is full")]))
    assert (len(authors(two.acme)), two.source(two.acme).health) == (1, Health.WELL)
    assert (authors(two.dorm), two.source(two.dorm), two.planned(two.dorm)) == ([], before, planned)
    two.poll(two.dorm)
    assert (len(authors(two.dorm)), two.source(two.dorm).failures) == (1, 0)


@pytest.mark.parametrize("made", [Lemmy])
def test_killed_between_the_two_nothing_is_lost_and_nothing_is_there_twice(two: Two) -> None:
    two.asked()
    with pytest.raises(Killed):
        two.poll(two.acme, Troubled(two.store, two.dorm.home.id, [Killed()]))
    assert (len(authors(two.acme)), authors(two.dorm)) == (1, [])
    two.store.abandon()
    for team in (two.dorm, two.acme):
        two.poll(team)
    assert len(authors(two.acme)) == len(authors(two.dorm)) == 1
    assert [team.moves(team.waiting()[0]) for team in (two.acme, two.dorm)] == [["opened"], ["opened"]]


@pytest.mark.parametrize("made", [Lemmy])
def test_what_another_worker_holds_stays_its_own(two: Two) -> None:
    two.asked()
    two.clock.now = max(two.clock(), *two.store.planned(two.dorm.home.id, Job.POLL).values())
    claimed = two.store.claim([Job.POLL], 99, at=two.clock(), lease=HOUR)
    (held,) = [one for one in claimed if one.subject == two.source(two.dorm).id]
    two.poll(two.acme)
    soon = two.clock() + MINUTE
    assert two.store.finish(held, at=two.clock(), again=soon)
    assert two.planned(two.dorm) == soon


@pytest.mark.parametrize("made", [Feed])
def test_what_is_unchanged_for_one_is_unchanged_for_who_read_the_same(two: Two) -> None:
    feed = two.network
    assert isinstance(feed, Feed)
    two.asked()
    two.poll(two.acme)
    feed.conditions.clear()
    two.clock.move(HOUR)
    two.poll(two.acme)
    two.clock.move(HOUR)
    two.poll(two.dorm)
    assert feed.conditions == ['"1"', '"1"'], "once for both, and nobody read it anew"
    assert two.source(two.acme).last_success == two.source(two.dorm).last_success == two.clock()
    assert len(stored(two.dorm)) == len(stored(two.acme)) == 1


@pytest.mark.parametrize("made", [Feed])
def test_what_is_unchanged_for_one_is_asked_anew_for_who_could_not_store_it(two: Two) -> None:
    feed = two.network
    assert isinstance(feed, Feed)
    two.asked()
    two.poll(two.acme, Troubled(two.store, two.dorm.home.id, [OSError("the disk is full")]))
    assert (len(stored(two.acme)), stored(two.dorm)) == (1, [])
    feed.conditions.clear()
    two.clock.move(HOUR)
    two.poll(two.acme)
    assert feed.conditions == ['"1"', None]
    assert len(stored(two.dorm)) == 1


@pytest.mark.parametrize("made", [Members])
def test_what_is_not_for_all_to_see_each_asks_for_by_itself(two: Two) -> None:
    two.asked()
    first = two.poll(two.acme)
    assert len(first) == 2 * len(set(first))


@pytest.mark.parametrize("made", [Lemmy])
def test_the_last_days_are_read_again_for_both_at_once(two: Two) -> None:
    two.asked()
    two.clock.move(24 * HOUR)
    log = two.poll(two.acme)
    assert len(log) <= 2 * len(set(log))
    swept = [two.source(team).swept_at for team in (two.acme, two.dorm)]
    assert swept == [two.clock(), two.clock()]


@pytest.mark.parametrize("made", [Lemmy])
def test_read_at_the_same_moment_by_several_processes_both_have_it_once(two: Two) -> None:
    two.asked()
    with ThreadPoolExecutor(2) as hands:
        for done in [hands.submit(two.poll, team) for team in (two.acme, two.dorm)]:
            done.result()
    assert len(authors(two.acme)) == len(authors(two.dorm)) == 1
    assert two.source(two.acme).cursor == two.source(two.dorm).cursor
    assert [two.source(team).failures for team in (two.acme, two.dorm)] == [0, 0]


@pytest.mark.parametrize("made", [Slow])
def test_what_was_answered_more_than_a_minute_ago_is_asked_again(two: Two) -> None:
    two.asked()
    assert len(two.poll(two.acme)) == 2
    assert len(stored(two.dorm)) == 1
    assert two.source(two.dorm).last_success == two.clock() - 2 * MINUTE, "as it was when it was asked"
