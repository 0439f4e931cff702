"""The whole room for tests: real store, services and bolt app; only what would read a network is played."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from slack_bolt import App

from bot.connectors.mastodon import CONNECTOR
from bot.connectors.web import CONNECTOR as WEB
from bot.domain.connector import Connector
from bot.domain.errors import Gone, Unavailable
from bot.domain.model import (
    Author,
    Conversation,
    Handle,
    Lane,
    Line,
    Post,
    Standing,
    Status,
    Visibility,
    Workspace,
)
from bot.domain.ports import Job, Message, Placed, Sending, Shown
from bot.domain.screens import Kind
from bot.reading.calendars import OutsideCalendars
from bot.sandbox.box import Sandbox
from bot.services.collecting.add import Add
from bot.services.collecting.answers import Answers
from bot.services.measuring.measures import Measuring
from bot.services.standing.queue import Queue
from bot.services.standing.restand import News, on, restand
from bot.services.standing.triage import Triage
from bot.services.team.days import Days
from bot.services.team.people import Found, People
from bot.services.team.policies import Policies
from bot.services.team.ruling import Ruling
from bot.services.telling.homes import Homes
from bot.services.telling.outbox import Outbox
from bot.services.telling.report import Report
from bot.services.telling.screens import Screens
from bot.services.telling.stand import Stand
from bot.services.workers import Workers
from bot.slack.adding import Adding
from bot.slack.arrivals import Sort
from bot.slack.changes import Changes
from bot.slack.client import Tokens, open_client
from bot.slack.connection import Connection
from bot.slack.engage import Engage
from bot.slack.home import Opened
from bot.slack.hours import OwnHours
from bot.slack.inbox import Inbox
from bot.slack.installation import installed
from bot.slack.listeners import Listeners, build_app
from bot.slack.messenger import Messenger
from bot.slack.policy import OurPolicy
from bot.slack.presses import Presses
from bot.slack.rules import OurRules
from bot.slack.submissions import Submissions
from bot.slack.teller import Teller
from bot.store import SqlStore

ENDPOINT = "https://fosstodon.example"


class Places:
    """Mastodon alone, nothing to read it with, and links from elsewhere."""

    def connectors(self) -> Mapping[str, Connector]:
        return {"mastodon": CONNECTOR, "web": WEB}

    def reader(self, *asked: object) -> Any:
        raise AssertionError("no test of this room reads a network")


@dataclass(frozen=True, slots=True)
class PlayedPeople(People):
    """Real but for the reading of an account's page."""

    def home_of(self, network: str, account: Author) -> str | None:
        return None

    def find(self, text: str, workspace: str = "") -> Found:
        if "@" not in text:
            raise ValueError("not a handle")
        return Found("mastodon", ENDPOINT, Author("77" if text.startswith("@mei@") else "9", text, ""))

    def keep(self, workspace: str, teammate: str | None, found: Found) -> Handle:
        account = found.account
        with self.store.write(workspace) as tx:
            return tx.people.save_handle(Handle(found.network, account.id, account.handle, teammate))


@dataclass(frozen=True, slots=True)
class PlayedAdd(Add):
    """Finds the conversation that waits already; some links are dead, and a forum's are kept."""

    def link(self, workspace: str, link: str, teammate: str | None) -> Line:
        if "forum" in link or "no link" in link:
            return Add.link(self, workspace, link, teammate)
        if "gone" in link:
            raise Gone("not there")
        if "busy" in link:
            raise Unavailable("not now")
        return Queue(self.store, self.networks, self.clock).lines(workspace, ["c1"], teammate)[0]


@dataclass
class Rig:
    """Everything in one hand."""

    box: Sandbox
    store: SqlStore
    home: Workspace
    people: People
    triage: Triage
    queue: Queue
    outbox: Outbox
    inbox: Inbox
    app: App
    connection: Connection
    messenger: Messenger
    ticks: Callable[[], float]
    workers: Workers

    def waits(self, key: str = "1", **post: Any) -> str:
        """Mei Tanaka writes to us; the conversation's id."""
        now = self.box.world_clock()
        said = Post(
            "mastodon", f"{ENDPOINT}/{key}", f"{ENDPOINT}/@mei/{key}",
            Author("77", "@mei@fosstodon.example", "Mei Tanaka"), "Does the export keep my tags?", now,
            visibility=Visibility.PUBLIC,
        )  # fmt: skip
        said = replace(said, **post)
        new = Conversation(
            f"c{key}", "mastodon", said.id, said.author.id, 1, Standing(Status.OPEN), created_at=now
        )
        placed = Placed(said, root=said.id, lane=Lane.TO_US, conversation=new.id)
        with self.store.write(self.home.id) as tx:
            known = tx.threads.around("mastodon", [said.id])
            restand(tx, known, News({said.id: placed}, {new.id: new}), on=on(Places(), now, "test"))
        return new.id

    def many_wait(self, words: Mapping[str, str]) -> str:
        """Several write under one post of ours, and are one conversation; its id."""
        now = self.box.world_clock()
        new = Conversation("fold", "mastodon", "ours", None, 0, Standing(Status.OPEN), created_at=now)
        said = {}
        for name, text in words.items():
            by = Author(name, f"@{name.split()[0].lower()}@fosstodon.example", name)
            post = Post(
                "mastodon", name, f"{ENDPOINT}/{len(said)}", by, text, now, visibility=Visibility.PUBLIC
            )  # fmt: skip
            said[name] = Placed(post, root="ours", lane=Lane.TO_US, conversation=new.id)
        with self.store.write(self.home.id) as tx:
            known = tx.threads.around("mastodon", list(said))
            restand(tx, known, News(said, {new.id: new}), on=on(Places(), now, "test"))
        return new.id

    def standing(self, conversation: str) -> Standing:
        with self.store.read(self.home.id) as tx:
            return tx.threads.of([conversation]).conversations[conversation].standing

    def moves(self, conversation: str) -> list[str]:
        with self.store.read(self.home.id) as tx:
            return [move.verb for move in tx.journal.read(conversation) if move.by]

    def post_digest(self, *conversations: str) -> str:
        """Post the digest about these; its ts."""
        shows = tuple(Shown(each, self.standing(each).wait, "line") for each in conversations)
        day = self.box.world_clock().date()
        sent = self.outbox.send(
            self.home.id, Message("", Kind.DIGEST, "C0SOCIAL", shows=shows, day=day, total=len(shows))
        )
        assert sent is not None
        assert sent.state is Sending.SENT
        return sent.ts or ""

    def replies(self, to: str, author: Author) -> Post:
        """Somebody else answers the mention `to`."""
        now = self.box.world_clock()
        url = f"{ENDPOINT}/{author.id}/under/{to}"
        said = Post("mastodon", url, url, author, "It does.", now, parent=f"{ENDPOINT}/{to}")
        said = replace(said, visibility=Visibility.PUBLIC)
        with self.store.write(self.home.id) as tx:
            known = tx.threads.around("mastodon", [said.parent or ""])
            placed = Placed(said, root=said.parent)
            restand(tx, known, News({said.id: placed}), on=on(Places(), now, "test"))
        return said

    def line(self, conversation: str = "c1") -> Line:
        return self.queue.lines(self.home.id, [conversation], None)[0]

    def told(self, user: str = "ana") -> list[dict[str, Any]]:
        """What this person was told alone, in the channel."""
        return [each for each in self.box.slack.messages("social", user) if each.get("is_ephemeral")]

    def wait_told(self, user: str = "ana") -> dict[str, Any]:
        return self.box.slack.wait_for(lambda: self.told(user))[-1]

    def settled(self) -> bool:
        with self.store.read(self.home.id) as tx:
            return not [each for each in tx.inbox.unfinished() if each.kind in set(Sort)]

    def wait_settled(self) -> None:
        self.box.slack.wait_for(lambda: self.settled() or None)


@contextmanager
def rig_on(box: Sandbox, store: SqlStore, ticks: Callable[[], float]) -> Iterator[Rig]:
    """Built as the app would build it, not yet connected; stopped at the end."""
    tokens = Tokens(box.slack.bot_token, box.slack.app_token)
    client = open_client(tokens, box.slack.api_url)
    bot = installed(client, box.world_clock).identity
    home = store.add_workspace(Workspace("", bot.team, bot.name, bot_user=bot.bot_user, channel="C0SOCIAL"))
    clock, places = box.world_clock, Places()
    messenger, teller = Messenger(lambda team: client, clock), Teller(lambda team: client)
    triage, queue, screens = (make(store, places, clock) for make in (Triage, Queue, Screens))
    people = PlayedPeople(store, messenger, places, clock)
    adding = Adding(people, PlayedAdd(store, places, clock), teller)
    own = OwnHours(Days(store, people, OutsideCalendars(None), clock), people, queue, clock, teller)
    ruling = Ruling(store, places, clock)
    rules = OurRules(store, ruling, teller)
    outbox = Outbox(store, messenger, screens, clock)
    presses = Presses(store, clock, triage, queue, screens, outbox, people, own, rules, teller)
    report = Report(store, Answers(store, places, clock), outbox, clock)
    engage = Engage(
        clock,
        queue,
        people,
        adding,
        Stand(store, messenger, clock),
        own,
        Measuring(store, clock),
        report,
        OurPolicy(store, Policies(store, Stand(store, messenger, clock), clock), ruling, teller),
        rules,
        teller,
    )
    homes = Homes(store, messenger, queue, clock)
    work = {
        Sort.COMMAND: engage,
        Sort.PRESS: presses,
        Sort.SHORTCUT: adding,
        Sort.CHANGE: Changes(store, people),
        Sort.HOME: Opened(people, homes),
    }
    inbox = Inbox(store, clock, teller, work)
    listeners = Listeners(inbox, Submissions(store, triage, people, ruling, clock))
    with ThreadPoolExecutor(8) as pool:
        app = build_app(client, bot, pool, listeners)
        connection = Connection(app, tokens.app, ticks)
        hands = {Job.DRAW: outbox.draw, Job.HOME: homes.draw, Job.INBOX: inbox.again}
        workers = Workers(store, hands, clock)
        room = (box, store, home, people, triage, queue, outbox, inbox, app, connection, messenger)
        yield Rig(*room, ticks, workers)
        connection.stop()
