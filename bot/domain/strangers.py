"""Accounts that we do not know and that answer for us: perhaps one is ours, so a lead is asked once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.domain.covering import Ours, by_account, find_mentions, ours_at
from bot.domain.model import Author, Facts, Lane, Post
from bot.domain.threads import Thread, put_together

PEOPLE = 2
"""So many people must have been answered: one reply is anybody's."""


@dataclass(frozen=True, slots=True)
class Stranger:
    """An account that answered `people` who spoke to us; `reply` is one of its answers."""

    network: str
    author: Author
    reply: Post
    people: int


def find_strangers(conversations: Iterable[Facts]) -> list[Stranger]:
    """Accounts that answered at least two people who waited for us, most people first.

    It counts what would have been an answer, had the account been ours: a public reply right below a
    mention to us, or below what that person and we said after it. Left out are our accounts, those that the
    network marks as bots, and whoever speaks to us themselves in these: they are outside.
    """
    answered: dict[tuple[str, str], dict[str, Post]] = {}
    outside: set[tuple[str, str]] = set()
    for facts in conversations:
        ours = by_account(facts.ours)
        thread = put_together(facts.posts)
        lanes = find_mentions(thread, facts, ours)
        mentions = {id for id, lane in lanes.items() if lane == Lane.TO_US}
        outside |= {(facts.network, thread.posts[id].author.id) for id in mentions}
        for reply, person in _answers(thread, mentions, ours):
            answered.setdefault((facts.network, reply.author.id), {}).setdefault(person, reply)
    found = [
        Stranger(network, reply.author, reply, len(people))
        for (network, account), people in answered.items()
        if len(people) >= PEOPLE and (network, account) not in outside
        for reply in [min(people.values(), key=lambda post: (post.created_at, post.id))]
    ]
    return sorted(found, key=lambda one: (-one.people, one.network, one.author.id))


def _answers(thread: Thread, mentions: set[str], ours: Ours) -> Iterator[tuple[Post, str]]:
    """The replies of strangers below these mentions, each with whom it answers."""
    for post in thread.posts.values():
        if post.author.is_bot or post.gone_at or post.visibility.is_private or ours_at(post, ours):
            continue
        person = _answered(thread, post, mentions, ours)
        if person:
            yield post, person


def _answered(thread: Thread, reply: Post, mentions: set[str], ours: Ours) -> str | None:
    """The person whose mention this reply answers, None when others spoke between or it is their own."""
    them: str | None = None
    for upper in thread.above(reply.id):
        if ours_at(upper, ours):
            continue
        them = them or upper.author.id
        if upper.author.id != them or them == reply.author.id:
            return None
        if upper.id in mentions:
            return None if upper.visibility.is_private else them
    return None
