"""The loop by push: a mention is handed over, the team takes it, and its sender says that it was answered."""

from __future__ import annotations

import json
from dataclasses import replace

import httpx
import pytest

from bot.app.bot import hands
from bot.domain.model import Conversation
from bot.domain.ports import Job
from tests.e2e.conftest import Inside, World, at
from tests.web.handing import Sender, mention

pytestmark = pytest.mark.connects


class Listening(Inside):
    """The bot in this process, on a port of its own."""

    def __init__(self, world: World) -> None:
        world.settings = replace(world.settings, listen=("127.0.0.1", 0))
        super().__init__(world)


def test_a_mention_handed_over_waits_is_taken_and_is_closed_by_who_handed_it_over(make_world) -> None:
    world = make_world(Listening)
    bot = world.bot.bot
    _, source, key = bot.office.receiving.open(bot.office.workspace, "inbound", "webhook", "scout")
    with httpx.Client(trust_env=False) as client:
        url = f"http://127.0.0.1:{bot.server.port}/inbound/{source.id}"
        sender = Sender(url, key, world.box.world_clock, client)
        created = world.box.world_clock().isoformat()
        for number, to_us in ((1, True), (2, False)):
            answer = sender.send(mention(number, created_at=created, to_us=to_us))
            assert answer.json()["taken"] == [str(number)]
        world.settle()
        world.move(at(0, 9, 1))
        the_digest_names_one_and_counts_the_other(world)
        world.press("ben", world.digest(), "claim")
        assert "Ben Okafor has it" in world.words(world.digest())
        world.move(at(0, 16))
        (asked,) = world.direct("ben")
        assert "Did you answer Mei Tanaka on Inbound?" in world.words(asked)
        said = {"id": "1", "by": world.cast.users["ben"], "url": "https://forum.example/t/1#2"}
        assert sender.send(said, "answered").json()["taken"] == ["1"]
        world.settle()
        webmentions_come_in_at_the_same_port(world, client)
    for shown in (world.digest(), *world.direct("ben")):
        assert "Answered elsewhere." in world.words(shown)
    assert "https://forum.example/t/1#2" in json.dumps(world.digest())
    (talk,) = (one for one in talks(world) if one.standing.evidence)
    (evidence,) = talk.standing.evidence
    assert (evidence.verified, evidence.url) == (False, said["url"])


def webmentions_come_in_at_the_same_port(world: World, client: httpx.Client) -> None:
    bot = world.bot.bot
    _, source = bot.office.webmentions.open(bot.office.workspace, "https://acme.example")
    pair = {"source": "https://mei.example/1", "target": "https://acme.example/posts/tags"}
    told = client.post(f"http://127.0.0.1:{bot.server.port}/webmention/{source.id}", data=pair)
    assert told.status_code == 202
    assert set(Job) - set(hands(bot.office)) == {Job.INBOX}
    with bot.office.store.write(bot.office.workspace) as tx:
        (held,) = tx.inbox.unfinished()
        tx.inbox.done(held.id, world.box.world_clock())  # so that the world comes to rest


def the_digest_names_one_and_counts_the_other(world: World) -> None:
    said = world.words(world.digest())
    assert "1 person is waiting for one of us" in said
    assert "Mei Tanaka" in said
    assert "1 post about us" in said
    assert "not be seen" not in said
    assert "Looked at 2 places" in said


def talks(world: World) -> list[Conversation]:
    with world.office() as office, office.store.read(office.workspace) as tx:
        posts = tx.threads.around("inbound", {"scout/1", "scout/2"})
        return list(posts.conversations.values())
