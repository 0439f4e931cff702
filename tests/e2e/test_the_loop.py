"""The whole loop, with the real bot between Slack and the network of the sandbox, by moving the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from bot.sandbox.network.state import Post
from tests.e2e.conftest import Child, Inside, World, at


@dataclass
class Story:
    """What the steps hand on to each other."""

    world: World
    posts: dict[str, Post] = field(default_factory=dict)

    def mei_asks(self) -> None:
        self.posts["asked"] = self.world.box.network.post(
            "mei@garden.example", "@acme Does the export keep my tags?"
        )
        self.world.settle()
        assert self.world.box.slack.messages(self.world.cast.channel) == []

    def the_digest_stands_in_the_channel(self) -> None:
        self.world.move(at(0, 9, 1))
        said = self.world.words(self.world.digest())
        assert "1 person is waiting for one of us" in said
        assert "Mei Tanaka" in said
        assert "Does the export keep my tags?" in said
        assert "Nobody has it" in said

    def ben_asks_ana(self) -> None:
        slack, world = self.world.box.slack, self.world
        world.press("ben", world.digest(), "assign")
        (modal,) = slack.modals("ben")
        ana = world.cast.users["ana"]
        act = slack.submit("ben", modal["id"], {"teammate": ana, "note": "You know exports best."})
        assert act.acked
        assert not act.errors
        world.bot.work()
        assert "asked Ana Duarte" in world.words(world.digest())
        (question,) = world.direct("ana")
        assert "Ben Okafor asks whether you would answer" in world.words(question)
        assert "You know exports best." in world.words(question)

    def ana_says_yes(self) -> None:
        (question,) = self.world.direct("ana")
        self.world.press("ana", question, "yes")
        assert "Ana Duarte has it" in self.world.words(self.world.digest())

    def ana_is_reminded_once(self) -> None:
        self.world.move(at(0, 12, 50))
        assert len(self.world.direct("ana")) == 1
        self.world.move(at(0, 13, 30))
        self.world.move(at(0, 16, 0))
        question, nudge = self.world.direct("ana")
        assert "Mei Tanaka is still waiting for you" in self.world.words(nudge)
        assert not [block for block in question["blocks"] if block["type"] == "actions"]

    def ana_replies_by_hand(self) -> None:
        self.posts["reply"] = self.world.reply(
            "ana", self.posts["asked"], "@mei@garden.example It does, since version 4."
        )
        self.world.settle()
        said = self.world.words(self.world.digest())
        assert "Answered by hand by Ana Duarte" in said
        assert "Answered" in self.world.words(self.world.direct("ana")[-1])
        (waiting,) = (self.waiting(),)
        assert waiting == []

    def mei_writes_back(self) -> None:
        self.posts["back"] = self.world.box.network.post(
            "mei@garden.example", "@ana Thank you! And does it keep the dates as well?", self.posts["reply"]
        )
        self.world.settle()
        self.world.move(at(1, 9, 30))
        news = self.world.direct("ana")[-1]
        assert "Mei Tanaka wrote back to you" in self.world.words(news)
        (waiting,) = self.waiting()
        assert waiting["wait"] == 2

    def ana_hands_over(self) -> None:
        self.world.move(at(2, 9, 30))
        nudge = self.world.direct("ana")[-1]
        assert "Mei Tanaka is still waiting for you" in self.world.words(nudge)
        self.world.press("ana", nudge, "not_me")
        assert "Nobody has it" in self.world.words(self.world.digest())

    def ben_takes_it_and_is_reminded(self) -> None:
        self.world.press("ben", self.world.digest(), "claim")
        assert "Ben Okafor has it" in self.world.words(self.world.digest())
        self.world.move(at(2, 15, 30))
        assert "Mei Tanaka is still waiting for you" in self.world.words(self.world.direct("ben")[-1])

    def ben_replies_from_the_brand(self) -> None:
        self.world.reply("acme", self.posts["back"], "@mei@garden.example The dates too.")
        self.world.settle()
        assert "Answered" in self.world.words(self.world.direct("ben")[-1])
        assert self.waiting() == []

    def nothing_more_is_said(self) -> None:
        said = [len(self.world.direct(name)) for name in self.world.cast.users]
        self.world.move(at(4, 16))
        assert [len(self.world.direct(name)) for name in self.world.cast.users] == said

    def waiting(self) -> list[dict[str, object]]:
        with self.world.office() as office:
            lines = office.queue.all_waiting(office.workspace, 10)
        return [{"name": line.name, "wait": line.wait} for line in lines]


STEPS: tuple[Callable[[Story], None], ...] = (
    Story.mei_asks,
    Story.the_digest_stands_in_the_channel,
    Story.ben_asks_ana,
    Story.ana_says_yes,
    Story.ana_is_reminded_once,
    Story.ana_replies_by_hand,
    Story.mei_writes_back,
    Story.ana_hands_over,
    Story.ben_takes_it_and_is_reminded,
    Story.ben_replies_from_the_brand,
    Story.nothing_more_is_said,
)


@pytest.mark.longest
@pytest.mark.parametrize(("kind", "engine"), [(Inside, "sqlite"), (Inside, "postgres"), (Child, "sqlite")])
def test_a_mention_waits_one_person_is_asked_replies_by_hand_and_it_closes_by_itself(
    make_world: Callable[..., World], kind: type[Inside | Child], engine: str
) -> None:
    world = make_world(kind)
    story = Story(world)
    for step in STEPS:
        step(story)
        world.bot.between()
    if kind is Child:
        assert world.bot.killed == len(STEPS)


def test_a_message_whose_answer_was_lost_stands_in_slack_once(make_world: Callable[..., World]) -> None:
    world = make_world(Inside)
    world.box.network.post("mei@garden.example", "@acme Does the export keep my tags?")
    world.settle()
    world.box.slack.fail("chat.postMessage", drop_answer=True)
    for minute in (1, 10, 30):
        world.move(at(0, 9, minute))
    assert len(world.box.slack.messages(world.cast.channel)) == 1
