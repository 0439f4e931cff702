"""One team, one bot, a network of one server or two, and everything that anybody may do: a life by chance."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from itertools import count, product
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from bot.app.bot import open_bot
from bot.app.demo import settings_of, settle_in
from bot.app.office import Office
from bot.domain.errors import ReadingError
from bot.sandbox.box import Sandbox
from bot.sandbox.network.handle import Network
from bot.sandbox.network.state import NotThere, Post
from bot.sandbox.slack.acts import Outcome
from bot.sandbox.slack.envelopes import Patience
from bot.sandbox.slack.state import Refused
from tests.canaries import words as canary
from tests.e2e.conftest import Child, Inside, World, at, cast_of, judge

GARDEN = "garden.example"
OUTSIDERS = ("mei@garden.example", "tom@harbour.example", "lea")
"""The first lives on the other server, where there is one."""
TEAM = ("ana", "ben", "chidi")
VOICES = ("acme", "ana", "ben", "chidisown", "outside@garden.example")
"""Whose replies may be ours: the brand, two who are linked, an account that nobody linked, and one of Ben's
that lives where the first outsider does."""
DELAYS = st.sampled_from((0, 300, 3600, 30 * 3600, None))
"""Seconds from one server to the other; None: it never comes."""
ASKED = st.sampled_from(("Does it keep my tags?", "It broke again.", "Thank you, lovely!", "Merci 🎉"))
PASSES = st.sampled_from((1, 3, 11, 61, 4 * 60, 14 * 60, 24 * 60, 3 * 24 * 60, 95 * 24 * 60)).map(
    lambda m: timedelta(minutes=m)
)
NETWORK_FAILS: tuple[dict[str, Any], ...] = (
    {"status": 503},
    {"html": True},
    {"malformed": True},
    {"drop_answer": True},
    {"reset_in": 600},
    {"status": 404},
)
SLACK_FAILS: tuple[dict[str, Any], ...] = (
    {"drop_answer": True},
    {"retry_after": 30},
    {"status": 503},
    {"error": "internal_error"},
)
SAID = (
    "",
    "rules",
    "policy",
    "policy outright=yes",
    "policy outright=no asks=1",
    "policy promise=2 for me",
    "daily",
    "daily off",
    "pause today",
    "pause until i say",
    "stop",
    "resume",
    "quiet until tomorrow",
    "quiet off",
    "away until friday",
    "back",
    "hours mon-thu 8:00-12:00",
    "digest",
    "stats",
    "me @chidisown",
    "help",
    "here",
    "here 14:30",
    "policy volunteers",
    "policy team for me",
    "policy promise=2 for The tag",
    "away from tomorrow until friday",
    "pause 3",
    "pause this week",
    "hours mon-fri 22:00-06:00",
    "hours mon-fri 9:00-17:00",
    "hours DE-BE",
)
"""What people type behind /engage."""
LOOKS = (11, 11, 61)
HOME = "Europe/Lisbon"
ZONES = (HOME, "Asia/Kathmandu", "America/Los_Angeles", "Pacific/Kiritimati")
CHANGES: tuple[dict[str, bool], ...] = ({"bot": False}, {"is_archived": True}, {"is_ext_shared": True})
"""What may happen to the channel of the digest."""
BREAKS = ("disconnect", "close_sockets", "reset_sockets", "deliver_twice")
METHODS = ("chat.postMessage", "chat.update", "chat.*")


class Life(RuleBasedStateMachine):
    """One team, one bot, a network of one server or two, and everything that anybody may do."""

    folder: Path
    fresh_url: Callable[[Path], str]

    def bot(self) -> Inside | Child:
        """A bot for this world."""
        return Inside(self.world)

    @contextmanager
    def office(self) -> Iterator[Office]:
        """The services of the bot."""
        yield self.world.bot.bot.office

    @initialize(apart=st.booleans())
    def begin(self, apart: bool) -> None:
        self.settle_in(apart=apart)

    def settle_in(self, *, apart: bool) -> None:
        """The team, its accounts and what it watches; `apart`: some live on another server."""
        self.stack = ExitStack()
        folder = self.folder / str(next(_NUMBERS))
        folder.mkdir()
        patience = Patience(retries=(0.0, 0.2, 0.5))  # what Slack sends again after minutes, in no time
        elsewhere = [GARDEN] if apart else []
        box = Sandbox(folder / "logs", relaxed=True, patience=patience, elsewhere=elsewhere)
        self.box = self.stack.enter_context(box)
        self.box.clock.set(at(0, 8))
        told = replace(settings_of(self.box, folder / "data"), database_url=type(self).fresh_url(folder))
        self.world = World(self.box, told, cast_of(self.box))
        self.homes = {GARDEN: self.box.elsewhere[GARDEN]} if apart else {}
        for handle in ("tom@harbour.example", "lea", "chidisown", "outside@garden.example"):
            home, name = self._home(handle)
            home.account(name, handle.split("@")[0].title())
        self.box.network.post("acme", "We are open again.")
        loopback = frozenset(each.bot_url for each in self.box.servers)
        with open_bot(told, clock=self.box.world_clock, loopback=loopback) as bot:
            settle_in(bot.office, self.box, self.world.cast)
            self.tag = bot.office.watches.add(
                bot.office.workspace,
                "mastodon",
                "hashtag",
                "acmetool",
                endpoint=self.box.network.bot_url,
                name="The tag",
            ).id
            if apart:
                ben = bot.office.people.teammate(bot.office.workspace, self.world.cast.users["ben"])
                outside = f"{self.homes[GARDEN].bot_url}/@outside"
                bot.office.people.link(bot.office.workspace, ben.id, outside)
        self.world.bot = self.bot()
        self.stack.callback(self._judge, folder)
        self.stack.callback(self._stop)
        self.theirs: list[Post] = []
        self.ours: list[Post] = []
        self.left: set[str] = set()

    @rule(who=st.sampled_from(OUTSIDERS), words=ASKED, private=st.integers(0, 5))
    def an_outsider_speaks_to_us(self, who: str, words: str, private: int) -> None:
        visibility = "direct" if private == 0 else "public"
        words = canary("private") if private == 0 else words
        self.theirs += self._writes(who, f"{self._us(who)} {words}", visibility=visibility)

    @precondition(lambda self: self.ours)
    @rule(who=st.sampled_from(OUTSIDERS), words=ASKED, which=st.integers(0, 99))
    def an_outsider_writes_below_us(self, who: str, words: str, which: int) -> None:
        ours = self.ours[which % len(self.ours)]
        self.theirs += self._writes(who, words, ours, visibility=ours.visibility)

    @rule(who=st.sampled_from(OUTSIDERS), words=ASKED)
    def an_outsider_speaks_about_us(self, who: str, words: str) -> None:
        self.theirs += self._writes(who, f"#acmetool {words}")

    @precondition(lambda self: self.theirs)
    @rule(who=st.sampled_from(OUTSIDERS), words=ASKED, which=st.integers(0, 99), named=st.booleans())
    def an_outsider_joins_in(self, who: str, words: str, which: int, named: bool) -> None:
        asked = self.theirs[which % len(self.theirs)]
        if asked.visibility == "public":
            said = f"{self._us(who)} {words}" if named else words
            self.theirs += self._writes(who, said, asked)

    @precondition(lambda self: self.ours)
    @rule(who=st.sampled_from(OUTSIDERS), which=st.integers(0, 99), boosts=st.booleans())
    def an_outsider_likes(self, who: str, which: int, boosts: bool) -> None:
        ours, (home, name) = self.ours[which % len(self.ours)], self._home(who)
        here = self._there(home, ours)
        if here and here.visibility == "public":
            (home.boost if boosts else home.favourite)(name, here)

    @precondition(lambda self: self.theirs)
    @rule(which=st.integers(0, 99))
    def an_outsider_takes_it_back(self, which: int) -> None:
        theirs = self.theirs[which % len(self.theirs)]
        self._written_on(theirs).edit(theirs, "Never mind.")

    @precondition(lambda self: self.theirs)
    @rule(words=ASKED, which=st.integers(0, 99))
    def an_outsider_edits(self, words: str, which: int) -> None:
        theirs = self.theirs[which % len(self.theirs)]
        us = self._us(self._writer(theirs))
        self._written_on(theirs).edit(theirs, f"{us} {words} (edited)")

    @precondition(lambda self: self.theirs)
    @rule(which=st.integers(0, 99), redraft=st.booleans())
    def an_outsider_deletes(self, which: int, redraft: bool) -> None:
        gone = self.theirs.pop(which % len(self.theirs))
        self._written_on(gone).delete(gone)
        if redraft:
            self.box.clock.advance(timedelta(minutes=1))
            who = self._writer(gone)
            self.theirs += self._writes(who, f"{self._us(who)} And anew?", visibility=gone.visibility)

    @rule(who=st.sampled_from(OUTSIDERS), asks=st.integers(0, 3))
    def an_outsider_asks_to_be_forgotten(self, who: str, asks: int) -> None:
        if asks == 0:
            home, name = self._home(who)
            try:
                with self.office() as office:
                    office.forget.person(office.workspace, "mastodon", f"{home.bot_url}/@{name}")
            except ReadingError:
                return
            home.asked_to_forget(name)

    @precondition(lambda self: self.theirs)
    @rule(who=st.sampled_from(VOICES), which=st.integers(0, 99))
    def we_reply_by_hand(self, who: str, which: int) -> None:
        asked = self.theirs[which % len(self.theirs)]
        words = f"By hand, {next(_NUMBERS)}."  # what is said over and over is no sure answer
        self.ours += self._writes(who, words, asked, visibility=asked.visibility)

    @precondition(lambda self: self.ours)
    @rule(who=st.sampled_from(VOICES), which=st.integers(0, 99))
    def we_say_more(self, who: str, which: int) -> None:
        ours = self.ours[which % len(self.ours)]
        self.ours += self._writes(who, f"And more, {next(_NUMBERS)}.", ours, visibility=ours.visibility)

    @precondition(lambda self: self.ours)
    @rule(which=st.integers(0, 99))
    def we_edit_a_reply(self, which: int) -> None:
        ours = self.ours[which % len(self.ours)]
        self._written_on(ours).edit(ours, f"By hand, better, {next(_NUMBERS)}.")

    @precondition(lambda self: self.ours)
    @rule(which=st.integers(0, 99))
    def we_delete_a_reply(self, which: int) -> None:
        gone = self.ours.pop(which % len(self.ours))
        self._written_on(gone).delete(gone)

    @precondition(lambda self: self.homes)
    @rule(delay=DELAYS)
    def the_servers_are_further_apart(self, delay: float | None) -> None:
        self.box.network.federate_after(delay)

    @rule(who=st.sampled_from(TEAM), which=st.integers(0, 999), twice=st.booleans())
    def somebody_presses_a_button(self, who: str, which: int, twice: bool) -> None:
        if who in self.left:
            return
        shown = [
            *self._buttons(self.world.cast.channel, who),
            *self._buttons(self.box.slack.dm_channel(who), who),
        ]
        if shown:
            aim = shown[which % len(shown)]
            for _ in range(1 + twice):
                with suppress(Refused):  # drawn anew meanwhile, without what they aimed at
                    self.box.slack.press(who, *aim)

    @rule(who=st.sampled_from(TEAM), whom=st.sampled_from(TEAM))
    def somebody_fills_in_a_modal(self, who: str, whom: str) -> None:
        if who in self.left:
            return
        for modal in self.box.slack.modals(who):
            typed = {"teammate": self.world.cast.users[whom], "called": "tags", "about": "keep, again"}
            asked = {block.get("block_id") for block in modal["blocks"]}
            values = {name: said for name, said in typed.items() if name in asked}
            try:
                self.box.slack.submit(who, modal["id"], values)
            except Refused:
                self.box.slack.close_modal(who, modal["id"])

    @rule(who=st.sampled_from(TEAM), words=st.sampled_from(SAID))
    def somebody_types(self, who: str, words: str) -> None:
        if who in self.left:
            return
        self.box.slack.command(who, self.world.cast.channel, "/engage", words)

    @precondition(lambda self: self.theirs)
    @rule(who=st.sampled_from(TEAM), which=st.integers(0, 99))
    def somebody_adds_by_link(self, who: str, which: int) -> None:
        post = self.theirs[which % len(self.theirs)]
        server = self._written_on(post)
        author = server.networks.accounts[post.author].acct
        self.somebody_types(who, f"add {server.bot_url}/@{author}/{post.id}")

    @rule(who=st.sampled_from(TEAM), which=st.integers(0, 999))
    def somebody_presses_in_home(self, who: str, which: int) -> None:
        if who in self.left:
            return
        self.box.slack.open_home(who)
        self.world.bot.work()
        home = self.box.slack.home(who)
        aims = [aim for block in home["blocks"] for aim in _aims(block)] if home else []
        if home and aims:
            with suppress(Refused):  # as above
                self.box.slack.press_in_view(who, home["id"], *aims[which % len(aims)])

    @rule(who=st.sampled_from(TEAM))
    def somebody_leaves_slack(self, who: str) -> None:
        self.box.slack.change_user(who, deleted=True)
        self.left.add(who)

    @precondition(lambda self: self.left)
    @rule()
    def who_left_comes_back(self) -> None:
        for who in sorted(self.left):
            self.box.slack.change_user(who, deleted=False)
        self.left.clear()

    @rule(who=st.sampled_from(TEAM), zone=st.sampled_from(ZONES))
    def somebody_travels(self, who: str, zone: str) -> None:
        self.box.slack.change_user(who, tz=zone)

    @rule(facts=st.sampled_from(CHANGES))
    def the_channel_changes(self, facts: dict[str, bool]) -> None:
        self.box.slack.change_channel(self.world.cast.channel, **facts)

    @rule()
    def the_channel_is_as_before(self) -> None:
        self.box.slack.change_channel(
            self.world.cast.channel, bot=True, is_archived=False, is_ext_shared=False
        )

    @rule(paused=st.booleans())
    def the_tag_is_paused(self, paused: bool) -> None:
        with self.office() as office:
            (office.watches.pause if paused else office.watches.resume)(office.workspace, self.tag)

    @rule(locked=st.booleans())
    def our_key_is_locked(self, locked: bool) -> None:
        self.box.network.disable("acme", locked)

    @rule(passes=PASSES)
    def time_passes(self, passes: timedelta) -> None:
        self.box.clock.advance(passes)
        self.world.bot.work()

    @rule()
    def the_clock_is_set_back(self) -> None:
        self.box.clock.advance(timedelta(seconds=-90))

    @rule()
    def the_bot_works(self) -> None:
        self.world.bot.work()

    @rule()
    def the_bot_is_started_again(self) -> None:
        self.world.bot.stop()
        self.world.bot = self.bot()

    @rule(how=st.sampled_from(NETWORK_FAILS), times=st.integers(1, 4), which=st.booleans())
    def the_network_fails(self, how: dict[str, Any], times: int, which: bool) -> None:
        self.box.servers[-which].fail(times=times, **how)

    @rule(how=st.sampled_from(SLACK_FAILS), method=st.sampled_from(METHODS))
    def slack_fails(self, how: dict[str, Any], method: str) -> None:
        self.box.slack.fail(method, **how)

    @rule(how=st.sampled_from(BREAKS))
    def the_socket_breaks(self, how: str) -> None:
        getattr(self.box.slack, how)()
        self.box.slack.wait_connected()

    @rule()
    def all_is_well_again(self) -> None:
        for each in self.box.servers:
            each.heal()
        self.box.slack.heal()

    def teardown(self) -> None:
        """All are back and may be written to. Two quiet days, on each of them some looks as close to each
        other as the bot plans them: a post counts as gone when it was missed twice within an hour. Then the
        referee."""
        if not hasattr(self, "stack"):
            return
        with self.stack:
            self._all_are_home()
            for who, words in product(TEAM, ("resume", "back", "quiet off")):
                self.somebody_types(who, words)
            quiet = (2, 15, 60, *LOOKS, 6 * 60, 12 * 60, 6 * 60, *LOOKS, 24 * 60, *LOOKS, 11, 11)
            for passes in quiet:
                self.box.clock.advance(timedelta(minutes=passes))
                self.world.bot.work()

    def _all_are_home(self) -> None:
        self.all_is_well_again()
        self.who_left_comes_back()
        self.the_channel_is_as_before()
        self.our_key_is_locked(locked=False)
        for who in TEAM:
            self.somebody_travels(who, HOME)
        self.box.slack.wait_for(lambda: all(act.outcome != Outcome.WAITING for act in self.box.slack.acts))

    def _judge(self, folder: Path) -> None:
        """What a breach was found in stays to be looked at."""
        judge(self.world, folder / "lists")
        shutil.rmtree(folder)

    def _stop(self) -> None:
        self.world.bot.stop()

    def _home(self, who: str) -> tuple[Network, str]:
        """The server that somebody lives on, and their name there."""
        name, _, domain = who.partition("@")
        return (self.homes[domain], name) if domain in self.homes else (self.box.network, who)

    def _us(self, who: str) -> str:
        """How one calls us where somebody lives."""
        home, _ = self._home(who)
        return "@acme" if home is self.box.network else f"@acme@{self.box.network.domain}"

    def _writes(self, who: str, words: str, below: Post | None = None, **facts: Any) -> list[Post]:
        """What somebody wrote where they live; nothing where what they would answer never came there."""
        home, name = self._home(who)
        there = self._there(home, below) if below else None
        if below and not there:
            return []
        if there and there.visibility == "direct":
            words = f"@{home.networks.accounts[there.author].acct} {words}"
        return [home.post(name, words, there or "", **facts)]

    def _there(self, home: Network, post: Post) -> Post | None:
        """A post as it stands on a server."""
        try:
            return home.copy(post)
        except NotThere:
            return None

    def _written_on(self, post: Post) -> Network:
        """The server on which a post was written."""
        return next(each for each in self.box.servers if post.id in each.networks.posts)

    def _writer(self, post: Post) -> str:
        """Who wrote it, as `OUTSIDERS` calls them."""
        home = self._written_on(post)
        acct = home.networks.accounts[post.author].acct
        return acct if home is self.box.network else f"{acct}@{home.domain}"

    def _buttons(self, channel: str, who: str) -> list[tuple[str, str, str, Any]]:
        """What this person could press there: where, in which message, what, and with which value."""
        found = []
        for message in self.box.slack.messages(channel, who):
            for block in message["blocks"] or ():
                found += [(channel, message["ts"], *aim) for aim in _aims(block)]
        return found


def _aims(block: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """What may be pressed there, and with which value."""
    for element in [*block.get("elements", []), block.get("accessory", {})]:
        yield from ((element["action_id"], each) for each in _values(element))


def _values(element: dict[str, Any]) -> Iterator[str]:
    if "action_id" not in element or element.get("url"):
        return
    if element["type"] == "button":
        yield element.get("value", "")
    yield from (option["value"] for option in element.get("options", ()))


_NUMBERS = count()
