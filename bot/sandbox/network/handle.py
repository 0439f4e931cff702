"""The networks in one hand: what tests, the people's port and the demo do with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bot.sandbox.faults import UNTIL_HEALED, Fault, Faults
from bot.sandbox.log import Ground, stamp
from bot.sandbox.network.state import (
    MASTODON,
    VISIBILITIES,
    Account,
    Networks,
    Post,
)

T = TypeVar("T")

READ_SCOPES = ("read:notifications", "read:statuses", "read:accounts")
HTML_ERROR = "<!doctype html><title>502</title><h1>Bad gateway</h1>"


class Network:
    """Mastodon, Hacker News and a forum. Accounts are named by handle or id, posts by id."""

    def __init__(self, ground: Ground, domain: str = "social.example") -> None:
        self._ground = ground
        self.networks = Networks(ground, domain)
        self.faults = Faults(ground)
        self.people_url = ""
        self.bot_url = ""

    @property
    def domain(self) -> str:
        """The name of the local Mastodon server."""
        return self.networks.domain

    def account(self, handle: str, name: str = "", network: str = MASTODON, **facts: Any) -> Account:
        """A new account. facts: bot, filters_strangers, note, followers_count, fields."""
        with self._ground.changes.making():
            account = self.networks.add_account(handle, name, network, **facts)
            self._ground.log.write(
                "account", network=network, id=account.id, acct=account.acct, bot=account.bot
            )
            return account

    def post(
        self,
        author: str | Account,
        text: str,
        reply_to: str | Post = "",
        *,
        visibility: str = "public",
        warning: str = "",
        language: str = "",
        at: datetime | None = None,
        **facts: Any,
    ) -> Post:
        """Publish. facts: title and url (Hacker News, forum), application, pictures, network."""
        if visibility not in VISIBILITIES:
            raise ValueError(f"visibility is one of {', '.join(VISIBILITIES)}")
        with self._ground.changes.making():
            writer = self._account(author, str(facts.pop("network", "")))
            parent = self.networks.live(_id(reply_to)).id if reply_to else ""
            facts |= {"visibility": visibility, "warning": warning, "language": language}
            when = at or self._ground.world.now()
            post = self.networks.add_post(writer, text, when, parent=parent, **facts)
            self.networks.log_post("posted", post)
            return post

    def edit(self, post: str | Post, text: str, warning: str | None = None) -> Post:
        """New words; a new mention in them notifies."""
        with self._ground.changes.making():
            found = self.networks.live(_id(post))
            kept = found.warning if warning is None else warning
            self.networks.edit_post(found, text, kept)
            self.networks.log_post("edited", found)
            return found

    def delete(self, post: str | Post) -> None:
        """Gone for every reader."""
        with self._ground.changes.making():
            found = self.networks.live(_id(post))
            self.networks.delete_post(found)
            self.networks.log_post("deleted", found)

    def follow(self, who: str | Account, whom: str | Account) -> None:
        """Followers see private posts; whom one follows is no stranger to one."""
        with self._ground.changes.making():
            follower, followed = self._account(who), self._account(whom)
            followed.followers.add(follower.id)
            self._ground.log.write("followed", who=follower.id, whom=followed.id)

    def token(self, account: str | Account, scopes: tuple[str, ...] = READ_SCOPES) -> str:
        """A bearer token for that account."""
        with self._ground.changes.making():
            owner = self._account(account)
            self._ground.log.write("token", account=owner.id, acct=owner.acct, scopes=sorted(scopes))
            return self.networks.add_token(owner, scopes).word

    def revoke(self, token: str) -> None:
        """From now on 401."""
        with self._ground.changes.making():
            del self.networks.tokens[token]

    def fail(self, path: str = "*", times: int = 1, **how: Any) -> None:
        """The next reads of `path` (or a pattern such as `/api/v1/*`) go wrong.

        how: status=503, headers, body, delay, drop_answer, malformed=True (cut JSON, 200),
        html=True (an HTML error page), reset_in=60 (a 429 that ends in so many seconds).
        """
        if how.pop("malformed", False):
            how["body"] = '[{"id": "1", "content": "<p>cut'
        if how.pop("html", False):
            how["body"] = HTML_ERROR
            how["headers"] = {"Content-Type": "text/html"}
        if "reset_in" in how:
            until = self._ground.world.now() + timedelta(seconds=how.pop("reset_in"))
            how |= {"status": 429, "headers": {"X-RateLimit-Reset": stamp(until)}}
        self.faults.plan(Fault(path, times, **how))

    def cut(self) -> None:
        """Every read is dropped until heal()."""
        self.faults.plan(Fault("*", UNTIL_HEALED, drop_answer=True))

    def heal(self) -> None:
        """No more faults."""
        self.faults.heal()

    def wait_for(self, predicate: Callable[[], T], timeout: float = 10.0) -> T:
        """The first true value; TimeoutError with the end of the log otherwise."""
        found = self._ground.changes.wait_for(predicate, timeout)
        if found is None:
            tail = self._ground.log.tail()
            raise TimeoutError(f"not within {timeout} s; the network's log ends:\n{tail}")
        return found

    def log_lines(self) -> str:
        """The log so far, as JSON lines."""
        return self._ground.log.file.read_text(encoding="utf-8")

    def _account(self, named: str | Account, network: str = "") -> Account:
        return named if isinstance(named, Account) else self.networks.account(named, network)


def _id(post: str | Post) -> str:
    return post.id if isinstance(post, Post) else post
