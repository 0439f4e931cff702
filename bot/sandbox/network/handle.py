"""The networks in one hand: what tests, the people's port and the demo do with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from bot.sandbox.faults import UNTIL_HEALED, Fault, Faults
from bot.sandbox.log import Ground, stamp
from bot.sandbox.network.federation import Federation
from bot.sandbox.network.limits import Limits
from bot.sandbox.network.state import MASTODON, VISIBILITIES, Account, Networks, Post

T = TypeVar("T")

READ_SCOPES = ("read:notifications", "read:statuses", "read:accounts")
HTML_ERROR = "<!doctype html><title>502</title><h1>Bad gateway</h1>"


class Network:
    """Mastodon, Hacker News and a forum. Accounts are named by handle or id, posts by id."""

    def __init__(
        self, ground: Ground, domain: str = "social.example", federation: Federation | None = None
    ) -> None:
        self._ground = ground
        self.networks = Networks(ground, domain, federation)
        self.faults = Faults(ground)
        self.limits = Limits(ground.world)
        self.is_cut = False
        self.bot_url = ""

    @property
    def domain(self) -> str:
        """The name of the local Mastodon server."""
        return self.networks.domain

    @property
    def people_url(self) -> str:
        """The origin of the port where people write, once it is open."""
        return self.networks.pages

    def account(self, handle: str, name: str = "", network: str = MASTODON, **facts: Any) -> Account:
        """A new account. facts: bot, filters_strangers, note, followers_count, fields."""
        with self._changing():
            account = self.networks.add_account(handle, name, network, **facts)
            told = {"id": account.id, "acct": account.acct, "bot": account.bot}
            self._ground.log.write("account", network=network, server=self.domain, **told)
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
        """Publish. facts: title and url (Hacker News, forum), application, pictures, quote, network."""
        if visibility not in VISIBILITIES:
            raise ValueError(f"visibility is one of {', '.join(VISIBILITIES)}")
        with self._changing():
            writer = self._account(author, str(facts.pop("network", "")))
            if writer.home:
                raise ValueError(f"{writer.acct} writes on {writer.home.domain}")
            parent = self.networks.live(_id(reply_to)).id if reply_to else ""
            if "quote" in facts:
                facts["quote"] = self.networks.live(_id(facts["quote"])).id
            facts |= {"visibility": visibility, "warning": warning, "language": language}
            when = at or self._ground.world.now()
            post = self.networks.add_post(writer, text, when, parent=parent, **facts)
            self.networks.log_post("posted", post)
            self.networks.federation.publish(self.networks, post)
            return post

    def copy(self, post: str | Post) -> Post:
        """A post of another server as it stands on this one; NotThere before it came."""
        with self._changing():
            found = self.networks.federation.copy(self.networks, _id(post))
            return self.networks.live(found.id if found else _id(post))

    def edit(self, post: str | Post, text: str, warning: str | None = None) -> Post:
        """New words; a new mention in them notifies."""
        with self._changing():
            found = self._own(post)
            kept = found.warning if warning is None else warning
            self.networks.edit_post(found, text, kept, self._ground.world.now())
            self.networks.log_post("edited", found)
            self.networks.federation.changed(self.networks, found)
            return found

    def delete(self, post: str | Post) -> None:
        """Gone for every reader."""
        with self._changing():
            found = self._own(post)
            self.networks.delete_post(found)
            self.networks.log_post("deleted", found)
            self.networks.federation.deleted(self.networks, found)

    def boost(self, who: str | Account, post: str | Post) -> Post:
        """Pass it on, as a post of its own without words."""
        with self._changing():
            found, booster = self.networks.live(_id(post)), self._account(who)
            self._ground.log.write("boosted", who=booster.id, id=found.id)
            return self.networks.boost_post(found, booster)

    def favourite(self, who: str | Account, post: str | Post) -> None:
        """A star."""
        with self._changing():
            found, fan = self.networks.live(_id(post)), self._account(who)
            found.favourites.append(fan.id)
            self.networks.notices.tell("favourite", self.networks.accounts[found.author], fan, found)
            self._ground.log.write("favourited", who=fan.id, id=found.id)

    def asked_to_forget(self, who: str | Account) -> None:
        """Somebody asked a reader to forget them, and was told that it is done: the log says so."""
        with self._changing():
            self._ground.log.write("asked_to_forget", who=self._account(who).id)

    def watch(self, who: str | Account, whom: str | Account) -> None:
        """From now on `who` is notified of what the other posts."""
        with self._changing():
            self._account(whom).watchers.add(self._account(who).id)

    def follow(self, who: str | Account, whom: str | Account) -> None:
        """Followers see private posts; whom one follows is no stranger to one."""
        with self._changing():
            follower, followed = self._account(who), self._account(whom)
            followed.followers.add(follower.id)
            self.networks.notices.tell("follow", followed, follower)
            self._ground.log.write("followed", who=follower.id, whom=followed.id)

    def token(self, account: str | Account, scopes: tuple[str, ...] = READ_SCOPES) -> str:
        """A bearer token for that account."""
        with self._changing():
            owner = self._account(account)
            self._ground.log.write("token", account=owner.id, acct=owner.acct, scopes=sorted(scopes))
            return self.networks.add_token(owner, scopes).word

    def app_token(self, scopes: tuple[str, ...] = READ_SCOPES) -> str:
        """A bearer token of an app alone: it signs nobody in."""
        with self._changing():
            return self.networks.add_token(None, scopes).word

    def disable(self, account: str | Account, disabled: bool = True) -> None:
        """A moderator locks that login out: its tokens get 403."""
        with self._changing():
            self._account(account).disabled = disabled

    def close_to_strangers(self, closed: bool = True) -> None:
        """Without a token nothing is read any more but what the server is."""
        with self._changing():
            self.networks.open_to_strangers = not closed

    def revoke(self, token: str) -> None:
        """From now on 401."""
        with self._changing():
            del self.networks.tokens[token]

    def fail(self, path: str = "*", times: int = 1, **how: Any) -> None:
        """The next reads of `path` (or a pattern such as `/api/v1/*`) go wrong.

        how: status=503, headers, body, delay, drop_answer=True (sent, and the connection reset),
        truncated=True (half of it, and the connection closed), malformed=True (cut JSON, 200),
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
        self.is_cut = True
        self.faults.plan(Fault("*", UNTIL_HEALED, drop_answer=True))

    def heal(self) -> None:
        """No more faults."""
        self.is_cut = False
        self.faults.heal()

    def federate_after(self, seconds: float | None) -> None:
        """How long what is done from now on takes from each server to the others; None: it never comes."""
        with self._changing():
            delay = None if seconds is None else timedelta(seconds=seconds)
            self.networks.federation.delay = delay

    def relax(self, relaxed: bool = True) -> None:
        """Whether requests come as often as they like, or within Mastodon's limits."""
        self.limits.relaxed = relaxed

    def wait_for(self, predicate: Callable[[], T], timeout: float = 10.0) -> T:
        """The first true value; TimeoutError with the end of the log otherwise."""
        found = self._ground.changes.wait_for(predicate, timeout)
        if found is None:
            tail = self._ground.log.tail()
            raise TimeoutError(f"not within {timeout} s; the network's log ends:\n{tail}")
        return found

    @property
    def log_file(self) -> Path:
        """Where the log stands."""
        return self._ground.log.file

    def log_lines(self) -> str:
        """The log so far, as JSON lines."""
        return self._ground.log.file.read_text(encoding="utf-8")

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Hold the lock for a change, after what came from elsewhere before it."""
        with self._ground.changes.making():
            self.networks.federation.deliver()
            yield

    def _own(self, post: str | Post) -> Post:
        found = self.networks.live(_id(post))
        if found.at_home:
            raise ValueError(f"post {found.id} is changed where it was written")
        return found

    def _account(self, named: str | Account, network: str = "") -> Account:
        return named if isinstance(named, Account) else self.networks.account(named, network)


def _id(post: str | Post) -> str:
    return post.id if isinstance(post, Post) else post
