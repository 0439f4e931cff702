"""Hacker News as Algolia's search and the Firebase API show it."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.sandbox.log import stamp
from bot.sandbox.network import words
from bot.sandbox.network.state import HACKERNEWS, Networks, Post, order

MOST_HITS = 1000
SITE = "https://news.ycombinator.com"

Json = dict[str, Any]

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "=": operator.eq,
}
_FILTER = re.compile(r"(created_at_i)(>=|<=|=|>|<)(\d+)")
_PHRASE = re.compile(r'"([^"]+)"|(\S+)')


class HackerNews:
    """The endpoints; each is called with the lock held."""

    def __init__(self, networks: Networks) -> None:
        self._networks = networks

    def answers(self) -> dict[str, Callable[[Request], Response]]:
        """Path -> what answers it."""
        return {
            "/api/v1/search_by_date": self.search_by_date,
            "/api/v1/items/{id}": self.item_tree,
            "/v0/item/{id}.json": self.item,
            "/v0/user/{name}.json": self.user,
        }

    def search_by_date(self, request: Request) -> Response:
        """Newest first; 1,000 hits at most, whatever the page."""
        query = request.query_params
        tags, filters = query.get("tags", ""), query.get("numericFilters", "")
        only = query.get("restrictSearchableAttributes", "").split(",")
        found = [
            post
            for post in reversed(list(self._networks.of_network(HACKERNEWS)))
            if self._tagged(post, tags)
            and _within(post, filters)
            and self._says(post, query.get("query", ""), [each for each in only if each])
        ]
        size = max(1, min(int(query.get("hitsPerPage", 20)), MOST_HITS))
        page = int(query.get("page", 0))
        reachable = found[:MOST_HITS]
        return JSONResponse(
            {
                "hits": [self._hit(each) for each in reachable[page * size : (page + 1) * size]],
                "nbHits": len(found),
                "page": page,
                "nbPages": -(-len(reachable) // size),
                "hitsPerPage": size,
                "exhaustiveNbHits": True,
                "query": query.get("query", ""),
                "params": request.url.query,
                "processingTimeMS": 1,
            }
        )

    def item_tree(self, request: Request) -> Response:
        """Algolia's item with its children."""
        post = self._networks.live(request.path_params["id"])
        return JSONResponse(self._tree(post))

    def item(self, request: Request) -> Response:
        """Firebase's item; null for what never was, `deleted` for what was taken back."""
        post = self._networks.posts.get(request.path_params["id"])
        if post is None or post.network != HACKERNEWS:
            return JSONResponse(None)
        told: Json = {
            "id": int(post.id),
            "type": "comment" if post.parent else "story",
            "time": int(post.created_at.timestamp()),
        }
        told |= {"parent": int(post.parent)} if post.parent else {}
        # Firebase lists deleted kids too.
        kids = [each for each in self._networks.posts.values() if each.parent == post.id]
        told |= {"kids": [int(each.id) for each in sorted(kids, key=order)]} if kids else {}
        return JSONResponse(told | ({"deleted": True} if post.deleted else self._words(post)))

    def user(self, request: Request) -> Response:
        """Firebase's user; null for nobody."""
        account = self._networks.accounts.get(request.path_params["name"])
        if account is None or account.network != HACKERNEWS:
            return JSONResponse(None)
        own = [each for each in self._networks.posts.values() if each.author == account.id]
        submitted = [int(each.id) for each in sorted(own, key=order, reverse=True)]
        created = int(account.created_at.timestamp())
        told = {"id": account.id, "created": created, "karma": 1, "submitted": submitted}
        return JSONResponse(told)

    def _words(self, post: Post) -> Json:
        told: Json = {"by": post.author}
        told |= {"text": words.as_hackernews_html(post.text)} if post.text else {}
        if post.parent:
            return told
        told |= {"title": post.title, "score": 1, "descendants": len(self._all_below(post))}
        return told | ({"url": post.url} if post.url else {})

    def _hit(self, post: Post) -> Json:
        story = self._story(post)
        text = words.as_hackernews_html(post.text) or None
        hit: Json = {
            "objectID": post.id,
            "author": post.author,
            "created_at": stamp(post.created_at)[:19] + "Z",
            "created_at_i": int(post.created_at.timestamp()),
            "story_id": int(story.id),
            "updated_at": stamp(post.created_at)[:19] + "Z",
            "_tags": self._tags(post),
        }
        if post.parent:
            parent = int(post.parent)
            about = {"story_title": story.title, "story_url": story.url or None}
            return hit | {"comment_text": text, "parent_id": parent} | about
        comments = len(self._all_below(post))
        shown = {"title": post.title, "url": post.url or None, "points": 1}
        return hit | shown | {"story_text": text, "num_comments": comments}

    def _tree(self, post: Post) -> Json:
        return {
            "id": int(post.id),
            "author": post.author,
            "created_at": stamp(post.created_at),
            "created_at_i": int(post.created_at.timestamp()),
            "type": "comment" if post.parent else "story",
            "title": post.title or None,
            "url": post.url or None,
            "text": words.as_hackernews_html(post.text) or None,
            "points": None if post.parent else 1,
            "parent_id": int(post.parent) if post.parent else None,
            "story_id": int(self._story(post).id),
            "children": [self._tree(each) for each in self._networks.replies(post.id)],
        }

    def _story(self, post: Post) -> Post:
        while post.parent:
            post = self._networks.posts[post.parent]
        return post

    def _all_below(self, post: Post) -> list[Post]:
        below = self._networks.replies(post.id)
        return below + [deeper for each in below for deeper in self._all_below(each)]

    def _tags(self, post: Post) -> list[str]:
        kind = "comment" if post.parent else "story"
        return [kind, f"author_{post.author}", f"story_{self._story(post).id}"]

    def _tagged(self, post: Post, wanted: str) -> bool:
        """`a,b` is and, `(a,b)` is or."""
        own = set(self._tags(post))
        groups = re.findall(r"\(([^)]*)\)|([^,()]+)", wanted)
        return all(own & set((either or one).split(",")) for either, one in groups)

    def _says(self, post: Post, query: str, only: list[str]) -> bool:
        fields = {
            "title": post.title,
            "url": post.url,
            "author": post.author,
            "story_text": "" if post.parent else post.text,
            "comment_text": post.text if post.parent else "",
        }
        searched = " ".join(fields[name] for name in only or fields if name in fields).lower()
        return all((phrase or word).lower() in searched for phrase, word in _PHRASE.findall(query))


def _within(post: Post, filters: str) -> bool:
    at = int(post.created_at.timestamp())
    return all(_COMPARE[sign](at, int(bound)) for _, sign, bound in _FILTER.findall(filters))
