"""Feeds with conditional GET: a forum's as RSS and Atom, and those of Mastodon's accounts and hashtags."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import Response

from bot.sandbox.log import stamp
from bot.sandbox.network import words
from bot.sandbox.network.entities import Entities
from bot.sandbox.network.state import FORUM, MASTODON, Networks, Post

ITEMS = 30
TITLE = "A stand-in forum"


class Feeds:
    """The endpoints; each is called with the lock held."""

    def __init__(self, networks: Networks, entities: Entities) -> None:
        self._networks = networks
        self._entities = entities

    def answers(self) -> dict[str, Callable[[Request], Response]]:
        """Path -> what answers it."""
        return {
            "/feeds/forum.xml": self.rss,
            "/feeds/forum.atom": self.atom,
            "/@{acct}.rss": self.account,
            "/tags/{tag}.rss": self.tag,
        }

    def rss(self, request: Request) -> Response:
        """RSS 2.0."""
        return self._rss(request, TITLE, self._entities.pages, self._newest())

    def account(self, request: Request) -> Response:
        """What an account of Mastodon posted to everybody, but no replies."""
        account = self._networks.account(request.path_params["acct"], MASTODON)
        posts = [post for post in self._public() if post.author == account.id and not post.parent]
        return self._rss(request, account.name, self._entities.profile(account), posts)

    def tag(self, request: Request) -> Response:
        """Mastodon's public posts with a hashtag."""
        tag = request.path_params["tag"].lower()
        posts = [post for post in self._public() if tag in words.hashtags(post.text)]
        return self._rss(request, f"#{tag}", f"{self._entities.pages}/tags/{tag}", posts)

    def _public(self) -> list[Post]:
        posts = reversed(list(self._networks.of_network(MASTODON)))
        return [post for post in posts if post.visibility == "public"]

    def _rss(self, request: Request, title: str, link: str, posts: list[Post]) -> Response:
        shape = self._toot_item if posts and posts[0].network == MASTODON else self._rss_item
        items = "".join(map(shape, posts[:ITEMS]))
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<channel><title>{escape(title)}</title><link>{escape(link)}</link>"
            f"<description>{escape(title)}</description>{items}</channel></rss>\n"
        )
        return self._unless_known(request, body, "application/rss+xml", posts)

    def atom(self, request: Request) -> Response:
        """Atom 1.0."""
        newest = self._newest()
        entries = "".join(self._atom_entry(post) for post in newest)
        updated = stamp(_changed(newest[0])) if newest else "1970-01-01T00:00:00.000Z"
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<feed xmlns="http://www.w3.org/2005/Atom"><title>{TITLE}</title>'
            f"<id>{self._entities.pages}/feeds/forum.atom</id><updated>{updated}</updated>"
            f"{entries}</feed>\n"
        )
        return self._unless_known(request, body, "application/atom+xml", newest)

    def _newest(self) -> list[Post]:
        return list(self._networks.of_network(FORUM))[::-1][:ITEMS]

    def _rss_item(self, post: Post) -> str:
        author = self._networks.accounts[post.author].name
        return (
            f"<item><guid isPermaLink='false'>forum-{post.id}</guid>"
            f"<title>{escape(post.title or post.text[:60])}</title>"
            f"<link>{escape(self._entities.page(post))}</link>"
            f"<dc:creator>{escape(author)}</dc:creator>"
            f"<pubDate>{format_datetime(post.created_at, usegmt=True)}</pubDate>"
            f"<description>{escape(escape(post.text))}</description></item>"
        )

    def _toot_item(self, post: Post) -> str:
        link = escape(self._entities.page(post))
        return (
            f'<item><guid isPermaLink="true">{link}</guid><link>{link}</link>'
            f"<pubDate>{format_datetime(post.created_at, usegmt=True)}</pubDate>"
            f"<description>{escape(self._entities.content(post.text, post.author))}</description></item>"
        )

    def _atom_entry(self, post: Post) -> str:
        author = self._networks.accounts[post.author].name
        return (
            f"<entry><id>tag:{self._networks.domain},2026:forum-{post.id}</id>"
            f"<title>{escape(post.title or post.text[:60])}</title>"
            f'<link rel="alternate" href="{escape(self._entities.page(post))}"/>'
            f"<author><name>{escape(author)}</name></author>"
            f"<published>{stamp(post.created_at)}</published>"
            f"<updated>{stamp(_changed(post))}</updated>"
            f'<content type="html">{escape(escape(post.text))}</content></entry>'
        )

    def _unless_known(self, request: Request, body: str, kind: str, posts: list[Post]) -> Response:
        tag = f'"{hashlib.sha256(body.encode()).hexdigest()[:20]}"'
        headers = {"ETag": tag}
        if posts:
            changed = max(_changed(post) for post in posts)
            headers["Last-Modified"] = format_datetime(changed, usegmt=True)
        if _knows(request, headers):
            return Response(status_code=304, headers=headers)
        return Response(body, media_type=kind, headers=headers)


def _knows(request: Request, headers: dict[str, str]) -> bool:
    known = request.headers.get("if-none-match")
    if known is not None:
        return known == headers["ETag"]
    since = request.headers.get("if-modified-since")
    return since is not None and since == headers.get("Last-Modified")


def _changed(post: Post) -> datetime:
    return post.edited_at or post.created_at
