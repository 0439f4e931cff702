"""Notifications: what an account of this server is told that others did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.sandbox.network.state import Account, Networks, Post

KINDS = ("mention", "status", "reblog", "follow", "favourite", "update", "quote", "quoted_update")
"""The types of https://docs.joinmastodon.org/entities/Notification/ that people's doings here make."""


@dataclass(frozen=True, slots=True)
class Notification:
    """Account `by` did something that concerns `account`; `post` is empty when it is about no post."""

    id: str
    kind: str
    account: str
    by: str
    post: str
    created_at: datetime
    filtered: bool


class Notices:
    """All of them, oldest first; ids rise with their coming."""

    def __init__(self, networks: Networks) -> None:
        self._networks = networks
        self._all: list[Notification] = []
        self._ids = count(1)

    def tell(self, kind: str, whom: Account, by: Account, post: Post | None = None) -> None:
        """Whom it concerns, if they live here and did not do it themselves."""
        if "@" in whom.acct or whom.id == by.id:
            return
        stranger = whom.filters_strangers and whom.id not in by.followers
        now = self._networks.federation.now()
        about = post.id if post else ""
        made = Notification(str(next(self._ids)), kind, whom.id, by.id, about, now, filtered=stranger)
        self._all.append(made)

    def of(self, account: str) -> list[Notification]:
        """What that account has been told."""
        return [each for each in self._all if each.account == account]

    def forget(self, post: str) -> None:
        """A deleted post takes along what was told of it."""
        self._all = [each for each in self._all if each.post != post]
