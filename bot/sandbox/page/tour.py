"""The guided tour: seven steps, each of which it notices by itself from what people did and what came."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.sandbox.network.handle import Network
from bot.sandbox.network.state import Post
from bot.sandbox.page.asked import Asked
from bot.sandbox.slack.handle import Slack
from bot.sandbox.slack.shown import Message
from bot.sandbox.slack.state import at

ZONE = ZoneInfo("Europe/Lisbon")
"""Where the team is, and by whose clock the page goes."""
NIGHT_ENDS = 6
WORK_BEGINS = 9


@dataclass(frozen=True, slots=True)
class Step:
    """What to do, in words for a newcomer."""

    title: str
    how: str


STEPS = (
    Step(
        "Somebody writes to you",
        "On the network, write a new post as Mei Tanaka: “@acme Can I import from a spreadsheet?” "
        "By Hand reads it within a minute. Type /engage in Slack: there it is.",
    ),
    Step(
        "Hand it to a teammate",
        "Press Assign on the line of Mei Tanaka and choose Ben, who is asked, not told.",
    ),
    Step(
        "Ben says yes, and is reminded once",
        "Become Ben, open “By Hand: messages” and press Yes. Then press +1 h until the reminder is there: "
        "after four of Ben's working hours.",
    ),
    Step(
        "Ben answers by hand",
        "Press Open in the reminder. It leads to the post on the network: reply there as Ben.",
    ),
    Step(
        "It closes by itself",
        "Wait a moment. The reminder in Slack says that it is answered, with a link. Nobody ticked it off.",
    ),
    Step(
        "For the sceptic: answer first",
        "Reply to somebody else on the network before anybody asks you to. Then press Tomorrow 9:00: "
        "nothing comes about them.",
    ),
    Step(
        "For the sceptic: blind at night",
        "Press 03:00 and Cut the network. Nothing comes. At 9:00 the digest says what it could not see.",
    ),
)


class Tour:
    """How far it is. Call `notice` with the lock held; what was done stays done."""

    def __init__(self, slack: Slack, network: Network, asked: Asked) -> None:
        self._slack = slack
        self._network = network
        self._asked = asked
        self._before = set(network.networks.posts)
        self._first = self._last_ts()
        self.done = 0
        self._mention: Post | None = None
        self._person = ""
        self._cut_at: datetime | None = None

    def notice(self) -> int:
        """Go on as far as what happened allows; how many steps are done."""
        steps = (
            self._was_written, self._was_handed_over, self._was_reminded, self._was_answered,
            self._closed, self._nothing_came_after_an_answer, self._nothing_came_while_blind,
        )  # fmt: skip
        while self.done < len(steps) and steps[self.done]():
            self.done += 1
        return self.done

    @property
    def is_over(self) -> bool:
        """Every step was done."""
        return self.done == len(STEPS)

    def _was_written(self) -> bool:
        self._mention = next((post for post in self._new_from_outside() if post.id in self._asked.seen), None)
        return self._mention is not None

    def _was_handed_over(self) -> bool:
        """They were asked, or took it themselves."""
        name = self._author(self._mention)
        for person, message in self._direct():
            if name in message.text and "asks whether" in message.text:
                self._person = person
                return True
        for act in self._slack.acts:
            actions = act.payload.get("actions") or [{}]
            if act.acked and str(actions[0].get("value", "")).startswith("claim:"):
                self._person = act.user
                return True
        return False

    def _was_reminded(self) -> bool:
        name = self._author(self._mention)
        return any(
            person == self._person and name in message.text and "waiting for you" in message.text
            for person, message in self._direct()
        )

    def _was_answered(self) -> bool:
        """Below whichever post of theirs: who wrote before may well be answered there."""
        return any(self._is_theirs(post) and self._answers(post) for post in self._from_outside())

    def _closed(self) -> bool:
        return any(
            message.edited and "Answered" in json.dumps(message.blocks)
            for person, message in self._direct()
            if person == self._person
        )

    def _nothing_came_after_an_answer(self) -> bool:
        """Somebody else was answered before a reminder, and on the next day none had come with the digest."""
        if not self._has_begun_its_day():
            return False
        now = self._now()
        for post in self._from_outside():
            replies = self._answers(post)
            if self._is_theirs(post) or not replies:
                continue
            on_the_next_day = now.date() > replies[0].created_at.astimezone(ZONE).date()
            name = self._author(post)
            quiet = not any(
                at(message.ts) >= replies[0].created_at and name in message.text
                for _, message in self._direct()
            )
            if on_the_next_day and quiet:
                return True
        return False

    def _nothing_came_while_blind(self) -> bool:
        """The network was cut at night, nobody was written to before the morning, and the digest says why."""
        if self._network.is_cut and self._cut_at is None and self._now().hour < NIGHT_ENDS:
            self._cut_at = self._now()
        if self._cut_at is None:
            return False
        woken = any(self._cut_at <= _said(m) and _said(m).hour < NIGHT_ENDS for _, m in self._direct())
        told = any("not seen" in json.dumps(m.blocks) and _said(m) > self._cut_at for m in self._messages())
        return told and not woken

    def _has_begun_its_day(self) -> bool:
        """By Hand was at work this morning: its digest has come, or something else that it says."""
        today = self._now().date()
        mornings = (_said(each) for each in self._messages() if each.bot_id)
        return any(said.date() == today and said.hour >= WORK_BEGINS for said in mornings)

    def _now(self) -> datetime:
        return self._slack.now().astimezone(ZONE)

    def _messages(self) -> Iterator[Message]:
        for channel in self._slack.workspace.channels.values():
            yield from channel.messages.values()

    def _from_outside(self) -> Iterator[Post]:
        networks = self._network.networks
        for post in networks.posts.values():
            if "@" in networks.accounts[post.author].acct and not post.deleted:
                yield post

    def _new_from_outside(self) -> Iterator[Post]:
        return (post for post in self._from_outside() if post.id not in self._before)

    def _is_theirs(self, post: Post) -> bool:
        """Whether it is by the one who wrote in the first step."""
        return self._mention is not None and post.author == self._mention.author

    def _answers(self, post: Post) -> list[Post]:
        """Ours below a post, written since the tour began."""
        networks = self._network.networks
        return [
            reply
            for reply in networks.posts.values()
            if reply.parent == post.id
            and reply.id not in self._before
            and "@" not in networks.accounts[reply.author].acct
        ]

    def _author(self, post: Post | None) -> str:
        return self._network.networks.accounts[post.author].name if post else "nobody"

    def _direct(self) -> Iterator[tuple[str, Message]]:
        """What the bot wrote to people alone since the tour began."""
        for channel in self._slack.workspace.channels.values():
            for message in channel.messages.values():
                if channel.im_user and message.bot_id and message.ts > self._first:
                    yield channel.im_user, message

    def _last_ts(self) -> str:
        channels = self._slack.workspace.channels.values()
        return max((ts for channel in channels for ts in channel.messages), default="")


def _said(message: Message) -> datetime:
    """When, by the team's clock."""
    return at(message.ts).astimezone(ZONE)
