"""Statuses, accounts and notifications in the shapes that Mastodon documents."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.sandbox.log import stamp
from bot.sandbox.network import words
from bot.sandbox.network.notices import Notification
from bot.sandbox.network.state import Account, Networks, Post, Version

Json = dict[str, Any]


class Entities:
    """Builds them; links lead to the people's port."""

    def __init__(self, networks: Networks) -> None:
        self._networks = networks
        self._pages = networks.pages

    @property
    def pages(self) -> str:
        """The origin of the people's port."""
        return self._pages

    def account(self, account: Account) -> Json:
        """An Account."""
        avatar = f"{self._pages}/avatar.svg"
        posts = [each for each in self._networks.posts.values() if each.author == account.id]
        return {
            "id": account.id,
            "username": account.username,
            "acct": account.acct,
            "display_name": account.name,
            "locked": False,
            "bot": account.bot,
            "discoverable": True,
            "indexable": True,
            "roles": [],
            "group": False,
            "created_at": stamp(account.created_at),
            "note": f"<p>{account.facts.get('note', '')}</p>",
            "url": self.profile(account),
            "uri": self._actor(account),
            "avatar": avatar,
            "avatar_static": avatar,
            "header": avatar,
            "header_static": avatar,
            "followers_count": account.facts.get("followers_count", len(account.followers)),
            "following_count": 0,
            "statuses_count": len(posts),
            "hide_collections": False,
            "last_status_at": None,
            "emojis": [],
            "fields": account.facts.get("fields", []),
        }

    def status(self, post: Post) -> Json:
        """A Status; of a boost, its author and time around what it passes on."""
        if post.boost_of:
            return self._boost(post)
        networks = self._networks
        author = networks.accounts[post.author]
        parent = networks.posts.get(post.parent)
        status: Json = {
            "id": post.id,
            "uri": f"{self._actor(author)}/statuses/{post.at_home or post.id}",
            "url": self.page(post),
            "created_at": stamp(post.created_at),
            "edited_at": stamp(post.edited_at) if post.edited_at else None,
            "account": self.account(author),
            "content": self.content(post.text, post.author),
            "spoiler_text": post.warning,
            "sensitive": bool(post.warning),
            "visibility": post.visibility,
            "language": post.language or None,
            "in_reply_to_id": parent.id if parent else None,
            "in_reply_to_account_id": parent.author if parent else None,
            "reblog": None,
            "quote": self._quote(post),
            "poll": None,
            "card": None,
            "emojis": [],
            "mentions": [self._mention(each) for each in post.mentions],
            "tags": [self._tag(name) for name in words.hashtags(post.text)],
            "media_attachments": self._pictures(post),
            "replies_count": len(networks.replies(post.id)),
            "reblogs_count": len(networks.boosts(post.id)),
            "favourites_count": len(post.favourites),
            "quotes_count": sum(each.quote == post.id for each in networks.of_network(post.network)),
        }
        # Only for people of this server: it is their own setting (networks.md, 1.3).
        if post.application and "@" not in author.acct:
            status["application"] = {"name": post.application, "website": None}
        return status

    def version(self, post: Post, version: Version) -> Json:
        """A StatusEdit."""
        return {
            "content": self.content(version.text, post.author),
            "spoiler_text": version.warning,
            "sensitive": bool(version.warning),
            "created_at": stamp(version.at),
            "account": self.account(self._networks.accounts[post.author]),
            "media_attachments": self._pictures(post),
            "emojis": [],
        }

    def notification(self, notification: Notification) -> Json:
        """A Notification; with a status where it is about one."""
        told: Json = {
            "id": notification.id,
            "type": notification.kind,
            "group_key": f"ungrouped-{notification.id}",
            "created_at": stamp(notification.created_at),
            "filtered": notification.filtered,
            "account": self.account(self._networks.accounts[notification.by]),
        }
        post = self._networks.posts.get(notification.post)
        return told | ({"status": self.status(post)} if post else {})

    def content(self, text: str, author: str) -> str:
        """The words of the account with that id as the server's HTML."""
        by = self._networks.accounts[author]

        def profile(username: str, domain: str) -> str:
            named = self._networks.named(username, domain, by)
            return self.profile(named) if named else ""

        return words.as_mastodon_html(text, profile, f"{self._pages}/tags/")

    def profile(self, account: Account) -> str:
        """The account's page, on its own server."""
        if account.home:
            return f"{account.home.pages}/@{account.username}"
        return f"{self._pages}/@{account.acct}"

    def page(self, post: Post) -> str:
        """The post's page, on the people's port of the server where it was written."""
        return f"{self.profile(self._networks.accounts[post.author])}/{post.at_home or post.id}"

    def page_here(self, post: Post) -> str:
        """The post's page on this server."""
        return f"{self._pages}/@{self._networks.accounts[post.author].acct}/{post.id}"

    def _actor(self, account: Account) -> str:
        if account.home:
            return f"{account.home.pages}/users/{account.username}"
        return f"{self._pages}/users/{account.acct}"

    def _boost(self, post: Post) -> Json:
        passed = self.status(self._networks.posts[post.boost_of])
        author = self._networks.accounts[post.author]
        uri = f"{self._actor(author)}/statuses/{post.id}/activity"
        own = {"id": post.id, "uri": uri, "url": uri, "created_at": stamp(post.created_at)}
        return passed | own | {"account": self.account(author), "reblog": passed}

    def _quote(self, post: Post) -> Json | None:
        quoted = self._networks.posts.get(post.quote)
        if quoted is None:
            return None
        if quoted.deleted:
            return {"state": "deleted", "quoted_status": None}
        # One quote deep; a quote in a quote is named by its id alone.
        shallow = self.status(replace(quoted, quote=""))
        return {"state": "accepted", "quoted_status": shallow}

    def _mention(self, account_id: str) -> Json:
        account = self._networks.accounts[account_id]
        return {
            "id": account.id,
            "username": account.username,
            "url": self.profile(account),
            "acct": account.acct,
        }

    def _tag(self, name: str) -> Json:
        return {"name": name, "url": f"{self._pages}/tags/{name}"}

    def _pictures(self, post: Post) -> list[Json]:
        return [
            {
                "id": f"{post.id}{place}",
                "type": "image",
                "url": picture.get("url", ""),
                "preview_url": picture.get("url", ""),
                "remote_url": None,
                "meta": None,
                "blurhash": None,
                "description": picture.get("alt") or None,
            }
            for place, picture in enumerate(post.pictures)
        ]
