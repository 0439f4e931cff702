"""What stands on the networks: accounts, posts, notifications, tokens."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from bot.sandbox.log import Ground, stamp
from bot.sandbox.network import words
from bot.sandbox.network.federation import Federation
from bot.sandbox.network.notices import Notices

MASTODON, HACKERNEWS, FORUM = "mastodon", "hackernews", "forum"
VISIBILITIES = ("public", "unlisted", "private", "direct")


class NotThere(LookupError):
    """There is no such account or post, or it is deleted."""


@dataclass(slots=True)
class Account:
    """Somebody on a network; `acct` is the name as the queried server writes it.

    home, at_home: of somebody who lives on another server of this world, that server and the id there.
    """

    id: str
    acct: str
    name: str
    network: str
    created_at: datetime
    bot: bool = False
    filters_strangers: bool = False
    home: Networks | None = None
    at_home: str = ""
    disabled: bool = False
    followers: set[str] = field(default_factory=set)
    watchers: set[str] = field(default_factory=set)
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def username(self) -> str:
        """Without the server."""
        return self.acct.split("@")[0]


@dataclass(slots=True)
class Post:
    """One public (or less public) message.

    parent, quote: ids of what it replies to and quotes. boost_of: it has no words and passes that one on.
    at_home, arrived_at: of what was written on another server, its id there, and when it came.
    """

    id: str
    author: str
    text: str
    network: str
    created_at: datetime
    parent: str = ""
    quote: str = ""
    boost_of: str = ""
    at_home: str = ""
    arrived_at: datetime | None = None
    visibility: str = "public"
    warning: str = ""
    language: str = ""
    title: str = ""
    url: str = ""
    application: str = ""
    pictures: list[dict[str, str]] = field(default_factory=list)
    mentions: list[str] = field(default_factory=list)
    edited_at: datetime | None = None
    deleted: bool = False
    history: list[Version] = field(default_factory=list)
    favourites: list[str] = field(default_factory=list)

    @property
    def version(self) -> Version:
        """What stands now; `history` holds what stood before."""
        return Version(self.edited_at or self.created_at, self.text, self.warning)


@dataclass(frozen=True, slots=True)
class Version:
    """The words of a post from `at` on."""

    at: datetime
    text: str
    warning: str


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token: whose it is (nobody's: an app's own) and what it may do."""

    word: str
    account: str
    scopes: frozenset[str]

    def allows(self, scope: str) -> bool:
        """`read` covers every `read:...`."""
        return scope in self.scopes or scope.split(":", maxsplit=1)[0] in self.scopes


class Networks:
    """One Mastodon server with what else is here; hold the ground's lock around whatever reads or changes it.

    pages: the origin of the people's port, once it is open.
    """

    def __init__(self, ground: Ground, domain: str, federation: Federation | None = None) -> None:
        self.ground = ground
        self.domain = domain
        self.federation = federation or Federation(ground)
        self.pages = ""
        self.open_to_strangers = True
        self.accounts: dict[str, Account] = {}
        self.posts: dict[str, Post] = {}
        self.notices = Notices(self)
        self.tokens: dict[str, Token] = {}
        # No two servers give one id, so that a log of them all is read without asking whose it is.
        self._number = self.federation.join(self)
        self._account_ids = count(1000 * self._number + 1001)
        self._item_ids = count(40_000_001)

    def add_account(self, acct: str, name: str, network: str, **facts: Any) -> Account:
        """`acct` without a leading @; of the local server when it names none."""
        plain = acct.removeprefix("@").removesuffix(f"@{self.domain}")
        known = {name: facts.pop(name) for name in list(facts) if name in Account.__slots__}
        account_id = plain if network == HACKERNEWS else str(next(self._account_ids))
        now = self.federation.now()
        account = Account(account_id, plain, name or plain, network, now, facts=facts, **known)
        self.accounts[account.id] = account
        if network == MASTODON and account.home is None:
            self.federation.introduce(self, account)
        return account

    def account_from(self, home: Networks, id: str) -> Account:
        """Whoever has that id on the server `home`, as this server knows them."""
        theirs = home.accounts[id]
        known = {(each.home or self, each.at_home or each.id): each for each in self.accounts.values()}
        return known[theirs.home or home, theirs.at_home or theirs.id]

    def account(self, name: str, network: str = "") -> Account:
        """By id, acct or @handle."""
        plain = name.removeprefix("@").removesuffix(f"@{self.domain}")
        for account in self.accounts.values():
            if network in ("", account.network) and plain in (account.id, account.acct):
                return account
        raise NotThere(f"there is no account {name!r}")

    def live(self, post_id: str) -> Post:
        """The post if it still stands."""
        post = self.posts.get(post_id)
        if post is None or post.deleted:
            raise NotThere(f"there is no post {post_id!r}")
        return post

    def add_post(self, author: Account, text: str, when: datetime, **facts: Any) -> Post:
        """Publish, and notify the local accounts that it names, and those who wait for its author."""
        post_id = self._next_id(author.network, when)
        post = Post(post_id, author.id, text, author.network, when, **facts)
        self.posts[post.id] = post
        self._name_people(post)
        self._tell_of(post, author)
        return post

    def edit_post(self, post: Post, text: str, warning: str, at: datetime) -> None:
        """New words under the same id; newly named accounts are notified."""
        post.history.append(post.version)
        post.text, post.warning, post.edited_at = text, warning, at
        self._name_people(post)
        author = self.accounts[post.author]
        for other in self.posts.values():
            if not other.deleted and post.id in (other.boost_of, other.quote):
                kind, about = ("update", post) if other.boost_of else ("quoted_update", other)
                self.notices.tell(kind, self.accounts[other.author], author, about)

    def delete_post(self, post: Post) -> None:
        """It is gone with its notifications; on Mastodon its replies lose their parent."""
        post.deleted = True
        self.notices.forget(post.id)
        if post.network == MASTODON:
            for reply in self.replies(post.id):
                reply.parent = ""
            for boost in self.boosts(post.id):
                boost.deleted = True

    def boost_post(self, post: Post, who: Account) -> Post:
        """Pass it on: a post of its own without words."""
        now = self.federation.now()
        boost = Post(self._next_id(MASTODON, now), who.id, "", MASTODON, now, boost_of=post.id)
        self.posts[boost.id] = boost
        self.notices.tell("reblog", self.accounts[post.author], who, post)
        return boost

    def boosts(self, post_id: str) -> list[Post]:
        """Who passed it on, as posts."""
        return [each for each in self.posts.values() if each.boost_of == post_id and not each.deleted]

    def add_token(self, account: Account | None, scopes: tuple[str, ...]) -> Token:
        """A new bearer token, of an account or of nobody."""
        owner = account.id if account else ""
        token = Token(f"standin-{secrets.token_hex(12)}", owner, frozenset(scopes))
        self.tokens[token.word] = token
        return token

    def of_network(self, network: str) -> Iterator[Post]:
        """Live posts with words, oldest id first."""
        found = [each for each in self.posts.values() if each.network == network and not each.boost_of]
        yield from sorted((each for each in found if not each.deleted), key=order)

    def replies(self, post_id: str) -> list[Post]:
        """Live direct replies, oldest id first."""
        found = (each for each in self.posts.values() if each.parent == post_id)
        return sorted((each for each in found if not each.deleted), key=order)

    def may_see(self, post: Post, viewer: str) -> bool:
        """Whether that account (or nobody, as an empty text) may read the post."""
        if post.visibility in ("public", "unlisted") or viewer == post.author:
            return True
        follows = viewer in self.accounts[post.author].followers
        return viewer in post.mentions or (post.visibility == "private" and follows)

    def log_arrival(self, kind: str, copy: Post) -> None:
        """A line of what came from another server: under which id it is here, and whom it names here."""
        named = [each for each in copy.mentions if not self.accounts[each].at_home]
        self.ground.log.write(kind, server=self.domain, id=copy.at_home, here=copy.id, mentions=named)

    def log_post(self, kind: str, post: Post) -> None:
        """A line of what happened to it where it was written, with all that a referee needs; ids are those
        of each one's own server."""
        parent = self.posts.get(post.parent)
        self.ground.log.write(
            kind,
            network=post.network,
            server=self.domain,
            id=post.id,
            author=post.author,
            acct=self.accounts[post.author].acct,
            parent=(parent.at_home or parent.id) if parent else "",
            visibility=post.visibility,
            created_at=stamp(post.created_at),
            text=post.text,
            mentions=[self.accounts[each].at_home or each for each in post.mentions],
            application=post.application,
        )

    def _next_id(self, network: str, when: datetime) -> str:
        if network != MASTODON:
            return str(next(self._item_ids))
        # A snowflake as Mastodon makes it: milliseconds of created_at, then a number.
        snowflake = (int(when.timestamp() * 1000) << 16) + (self._number << 12)
        while str(snowflake) in self.posts:
            snowflake += 1
        return str(snowflake)

    def _name_people(self, post: Post) -> None:
        if post.network != MASTODON:
            return
        author = self.accounts[post.author]
        for account in self._named(post.text, author):
            if account.id not in post.mentions:
                post.mentions.append(account.id)
                self.notices.tell("mention", account, author, post)

    def _named(self, text: str, author: Account) -> list[Account]:
        found = [self.named(username, domain, author) for username, domain in words.handles(text)]
        return [each for each in found if each is not None]

    def named(self, username: str, domain: str, author: Account) -> Account | None:
        """Whom a handle in that author's words means: without a server, somebody of theirs, else of ours."""
        local = "" if domain == self.domain else domain
        server = author.acct.partition("@")[2] if not domain else local
        found = self._by_acct(f"{username}@{server}" if server else username)
        return found if found or domain else self._by_acct(username)

    def _by_acct(self, acct: str) -> Account | None:
        for account in self.accounts.values():
            if account.network == MASTODON and account.acct.lower() == acct.lower():
                return account
        return None

    def _tell_of(self, post: Post, author: Account) -> None:
        """Mastodon tells those who wait for an author of what is no reply, and a quoted author."""
        if post.network != MASTODON:
            return
        for each in author.watchers if not post.parent else ():
            self.notices.tell("status", self.accounts[each], author, post)
        if post.quote:
            self.notices.tell("quote", self.accounts[self.live(post.quote).author], author, post)


def order(post: Post) -> int:
    """Ids are numbers written as text."""
    return int(post.id)
