"""The loop in steps that each may meet a fault: what people do, what must be seen then, and what they do when
it is not. They wait, press again, and look into the next digest; nobody mends anything by hand."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from bot.domain.model import Health
from bot.sandbox.network.state import Post
from bot.sandbox.slack.state import Refused
from tests.canaries import words
from tests.e2e.conftest import World, at, find

PATIENCE = (2, 11, 65, None, 65, None, 65)
"""Minutes that pass until something is seen; None is the night. What a network does not have is asked for
again a day later, what may have been posted comes with the next digest, and what a kill in the morning left
half done is taken up within the hour."""


@dataclass
class Troubled:
    """One run of the loop."""

    world: World
    posts: dict[str, Post] = field(default_factory=dict)
    day: int = 0

    # What people see.

    def digest(self) -> str:
        """The words of the newest one; none when none came."""
        came = self.world.box.slack.messages(self.world.cast.channel)
        return self.world.words(came[-1]) if came else ""

    def told(self, name: str) -> str:
        """All that stands in somebody's direct messages."""
        return "\n".join(map(self.world.words, self.world.direct(name)))

    def waits(self) -> list[int]:
        """The number of the wait of each who waits."""
        with self.world.office() as office:
            return [line.wait for line in office.queue.all_waiting(office.workspace, 10)]

    # What time and people do.

    def later(self, minutes: int) -> None:
        self.world.box.clock.advance(timedelta(minutes=minutes))
        self.world.bot.work()

    def on(self, hour: int, minute: int) -> None:
        """At that hour of the day, unless it is later by now."""
        if self.world.box.world_clock() < at(self.day, hour, minute):
            self.world.box.clock.set(at(self.day, hour, minute))
        self.world.bot.work()

    def mend(self) -> None:
        """Whoever connected the account signs in anew, as they were asked to."""
        office = self.world.bot.bot.office
        for _, sources in office.watches.list(office.workspace):
            for source in sources:
                if source.health == Health.NEEDS_SIGN_IN and source.credential:
                    office.watches.mend(office.workspace, source.id, self.world.cast.token)

    def next_morning(self) -> None:
        self.day += 1
        self.on(9, 30)

    def press(self, who: str, *codes: str) -> None:
        """In the newest message that has such a button: one's own first, then the channel's."""
        slack, channel = self.world.box.slack, self.world.cast.channel
        for where in (slack.dm_channel(who), channel):
            for message in reversed(slack.messages(where)):
                for code in codes:
                    with suppress(AssertionError):
                        element, value = find(message, code)
                        slack.press(
                            who, where, message["ts"], element["action_id"], value, block_id=element["_block"]
                        )
                        self.world.bot.work()
                        return

    # The steps.

    def mei_asks(self) -> None:
        self.posts["asked"] = self.world.box.network.post(
            "mei@garden.example", "@acme Does the export keep my tags?"
        )
        self.later(2)

    def is_known(self) -> bool:
        return self.waits() == [1]

    def it_is_nine(self) -> None:
        """On the next day when the day's digest came while she was not known."""
        if self.world.box.world_clock() > at(self.day, 9):
            self.next_morning()
        self.on(9, 1)

    def digest_lists_her(self) -> bool:
        return "Does the export keep my tags?" in self.digest()

    def ben_presses_assign(self) -> None:
        self.press("ben", "assign")

    def modal_is_open(self) -> bool:
        return bool(self.world.box.slack.modals("ben"))

    def ben_asks_ana(self) -> None:
        slack = self.world.box.slack
        for modal in slack.modals("ben"):
            with suppress(Refused):
                slack.submit(
                    "ben",
                    modal["id"],
                    {"teammate": self.world.cast.users["ana"], "note": words("note")},
                )
        self.world.bot.work()

    def ana_is_asked(self) -> bool:
        return "asks whether you would answer" in self.told("ana") and "asked Ana Duarte" in self.digest()

    def ana_says_yes(self) -> None:
        self.press("ana", "yes", "claim")

    def ana_has_it(self) -> bool:
        return "Ana Duarte has it" in self.digest()

    def hours_pass(self) -> None:
        for hour, minute in ((12, 50), (13, 30), (16, 0)):
            self.on(hour, minute)

    def ana_is_reminded(self) -> bool:
        return "Mei Tanaka is still waiting for you" in self.told("ana")

    def ana_replies(self) -> None:
        self.posts["reply"] = self.world.reply(
            "ana", self.posts["asked"], "@mei@garden.example It does, since version 4."
        )
        self.later(2)

    def it_is_answered(self) -> bool:
        return self.waits() == [] and "Answered by hand by Ana Duarte" in self.digest()

    def mei_writes_back(self) -> None:
        self.posts["back"] = self.world.box.network.post(
            "mei@garden.example", "@ana Thank you! And does it keep the dates as well?", self.posts["reply"]
        )
        self.later(2)
        self.next_morning()

    def ana_is_told(self) -> bool:
        return self.waits() == [2] and "does it keep the dates as well?" in self.told("ana") + self.digest()

    def the_brand_replies(self) -> None:
        self.world.reply("acme", self.posts["back"], "@mei@garden.example The dates too.")
        self.later(2)

    def nobody_waits(self) -> bool:
        return self.waits() == []


def nothing(run: Troubled) -> None:
    """They wait."""


@dataclass(frozen=True)
class Step:
    """`again` is what people do when it is not seen; `calls` and `read` what the bot asks meanwhile."""

    do: Callable[[Troubled], None]
    seen: Callable[[Troubled], bool]
    calls: tuple[str, ...] = ()
    read: str = ""
    again: Callable[[Troubled], None] = nothing

    @property
    def name(self) -> str:
        return self.do.__name__


LIST, OWN, THREAD = "/api/v1/notifications", "/api/v1/accounts/*/statuses", "/api/v1/statuses/*/context"
INFO, POST, UPDATE, OPEN = "conversations.info", "chat.postMessage", "chat.update", "views.open"
STEPS = (
    Step(Troubled.mei_asks, Troubled.is_known, (), LIST),
    Step(Troubled.it_is_nine, Troubled.digest_lists_her, (INFO, POST), OWN),
    Step(Troubled.ben_presses_assign, Troubled.modal_is_open, (OPEN,), "", Troubled.ben_presses_assign),
    Step(Troubled.ben_asks_ana, Troubled.ana_is_asked, (POST, UPDATE), THREAD, Troubled.ben_asks_ana),
    Step(Troubled.ana_says_yes, Troubled.ana_has_it, (UPDATE,), "", Troubled.ana_says_yes),
    Step(Troubled.hours_pass, Troubled.ana_is_reminded, (POST, UPDATE), THREAD),
    Step(Troubled.ana_replies, Troubled.it_is_answered, (UPDATE,), OWN),
    Step(Troubled.mei_writes_back, Troubled.ana_is_told, (POST, UPDATE), LIST),
    Step(Troubled.the_brand_replies, Troubled.nobody_waits, (UPDATE,), OWN),
)
IMPOSSIBLE = {
    (
        "mei_asks",
        "calls",
    ): "what is read of a network is stored, and nothing is asked of Slack until the digest",
    ("ben_presses_assign", "read"): "a modal is drawn from what is stored: its moment lasts three seconds",
    ("ana_says_yes", "read"): "a yes needs no look: nobody is told who was not told before",
}
"""Cells that cannot be, and why."""


def comes(step: Step, run: Troubled) -> bool:
    """Whether it is seen at last, when people do what they do and time passes."""
    return until(lambda: step.seen(run), step, run)


def until(so: Callable[[], bool], step: Step, run: Troubled) -> bool:
    """Whether it is so at last, when people go on with this step and time passes."""
    for minutes in PATIENCE:
        if not so():
            step.again(run)
        if so():
            return True
        run.next_morning() if minutes is None else run.later(minutes)
    return so()
