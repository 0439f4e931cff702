"""Reddit's feeds as reddit.com/wiki/rss and reddit.com/prefs/feeds describe them, and its API as
reddit.com/dev/api does, with application-only tokens (github.com/reddit-archive/reddit/wiki/OAuth2)."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from bot.domain.model import Strength
from tests.connectors.standins.network import Follow, Network
from tests.connectors.standins.serving import Asked, Refusal, Routes, Said

TOKEN = "0f0f-feed-token"
APP = "app-id", "app-secret"
LASTS = timedelta(hours=24)
FORM = "application/x-www-form-urlencoded"
THREAD = "/r/notes/comments/1abcde/moving_to_acme"


class Reddit(Network):
    """One thread: a post of Acme's and comments in a tree, which a feed shows flat."""

    proof = Strength.MAYBE
    not_there = Said(b"<html>page not found", 404, {"Content-Type": "text/html"})

    def __init__(self, clock: Any) -> None:
        super().__init__(clock)
        self.posts: dict[str, dict[str, Any]] = {}
        self._add("acme", None, "We moved our notes")

    def routes(self) -> Routes:
        return [
            ("GET", "/message/inbox/.rss", self._inbox),
            ("GET", "/user/{name}/.rss", self._user),
            ("GET", "/r/notes/new/.rss", lambda asked: self._feed(asked, lambda one: one["id"][1] == "3")),
            ("GET", f"{THREAD}/{{id}}/.rss", self._below),
            ("GET", f"{THREAD}/.rss", lambda asked: self._feed(asked, lambda _: True)),
        ]

    def follows(self) -> Sequence[Follow]:
        return [
            Follow(
                "inbox",
                f"{self.origin}/user/acme",
                f"https://www.reddit.com/message/unread/.rss?feed={TOKEN}&user=acme",
            )
        ]

    def ana(self) -> str | None:
        return f"{self.origin}/user/ana_acme"

    def ask(self) -> str:
        return self._add("mei_t", "t3_1abcde", "Does the export keep my tags?")

    def reply(self, to: str) -> str:
        return self._add("ana_acme", to, "It does.")

    def thank(self, to: str) -> str:
        return self._add("mei_t", to, "Thanks! And my notes?")

    def delete(self, post: str) -> None:
        self.posts[post] |= {"author": "[deleted]", "words": "[deleted]"}

    def url(self, post: str) -> str | None:
        return f"{self.origin}{self._path(post)}/"

    def _add(self, author: str, parent: str | None, words: str) -> str:
        name = f"t1_n0de10{len(self.posts)}" if parent else "t3_1abcde"
        at: datetime = self.clock()
        self.posts[name] = {"id": name, "author": author, "parent": parent, "words": words, "at": at}
        return name

    def _path(self, name: str) -> str:
        return f"{THREAD}/{name[3:]}" if name.startswith("t1_") else THREAD

    def _inbox(self, asked: Asked) -> Said:
        if (asked.query.get("feed"), asked.query.get("user")) != (TOKEN, "acme"):
            return Said(b"<html>forbidden", 403, {"Content-Type": "text/html"})
        return self._feed(
            asked, lambda one: one["parent"] and self.posts[one["parent"]]["author"] in ("acme", "ana_acme")
        )

    def _user(self, asked: Asked, name: str) -> Said:
        known = {"acme", "ana_acme", "mei_t"}
        return self._feed(asked, lambda one: one["author"] == name) if name in known else self.not_there

    def _below(self, asked: Asked, id: str) -> Said:
        def hangs(one: dict[str, Any]) -> bool:
            above: str | None = one["id"]
            while above and above != f"t1_{id}":
                above = self.posts[above]["parent"]
            return above is not None or one["parent"] is None

        return self._feed(asked, hangs) if f"t1_{id}" in self.posts else self.not_there

    def _feed(self, asked: Asked, wanted: Any) -> Said:
        rows = [one for one in self.posts.values() if wanted(one)][::-1][: int(asked.query.get("limit", 25))]
        entries = "".join(
            f"<entry><author><name>/u/{one['author']}</name></author><id>{one['id']}</id>"
            f'<link href="{self.origin}{self._path(one["id"])}/"/>'
            f"<updated>{one['at'].isoformat()}</updated><title>/u/{one['author']} on a post</title>"
            f'<content type="html">{escape("<p>" + one["words"] + "</p>")}</content></entry>'
            for one in rows
        )
        head = (
            '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>r</title>'
        )
        return Said(f"{head}{entries}</feed>".encode(), headers={"Content-Type": "application/atom+xml"})


class App(Reddit):
    """The same thread by the API; strangers are let wait. A token lasts a day, and only the latest counts."""

    proof = None

    def __init__(self, clock: Any) -> None:
        super().__init__(clock)
        self.tokens: list[tuple[str, datetime]] = []
        self.agents: set[str] = set()
        self.scope: str | None = None

    def routes(self) -> Routes:
        return [
            ("POST", "/api/v1/access_token", self._signed_in),
            ("GET", "/user/{name}/.rss", self._user),
            ("GET", "/user/{name}/about", self._about),
            ("GET", "/user/{name}/overview", self._overview),
            ("GET", "/comments/1abcde", self._comments),
            ("GET", "/api/info", self._info),
        ]

    def follows(self) -> Sequence[Follow]:
        return [Follow("replies", f"{self.origin}/user/acme", f"u/acme {' '.join(APP)}")]

    # ---- answers

    def _user(self, asked: Asked, name: str) -> Said:
        waits = Said(b"", 429, {"Retry-After": "60"})
        return super()._user(asked, name) if asked.query.get("feed") == TOKEN else waits

    def _signed_in(self, asked: Asked) -> Said:
        """Only the head says who the app is; without a scope the token may do everything."""
        form = {key: found[0] for key, found in parse_qs(asked.body.decode()).items()}
        expected = "Basic " + b64encode(":".join(APP).encode()).decode()
        if asked.headers.get("authorization") != expected or asked.headers.get("content-type") != FORM:
            return Said({"message": "Unauthorized", "error": 401}, 401)
        if form.get("grant_type") != "client_credentials":
            return Said({"error": "unsupported_grant_type"})
        self.agents.add(asked.headers["user-agent"])
        token = f"token-{len(self.tokens)}"
        self.tokens.append((token, self.clock() + LASTS))
        scope = self.scope or form.get("scope", "*")
        return Said({"access_token": token, "token_type": "bearer", "expires_in": 86400, "scope": scope})

    def _check(self, asked: Asked) -> None:
        token, until = self.tokens[-1] if self.tokens else ("", self.clock())
        if asked.bearer != token or self.clock() >= until:
            raise Refusal(Said({"message": "Unauthorized", "error": 401}, 401))
        assert asked.query["raw_json"] == "1"
        self.agents.add(asked.headers["user-agent"])

    def _about(self, asked: Asked, name: str) -> Said:
        self._check(asked)
        if name not in ("acme", "ana_acme", "mei_t"):
            return Said({"message": "Not Found", "error": 404}, 404)
        return Said({"kind": "t2", "data": {"name": name, "id": f"4{name}"}})

    def _overview(self, asked: Asked, name: str) -> Said:
        self._check(asked)
        rows = [self._row(one) for one in self.posts.values() if one["author"] == name][::-1]
        return Said(self._listing(rows[: int(asked.query["limit"])]))

    def _info(self, asked: Asked) -> Said:
        self._check(asked)
        found = [self.posts[id_] for id_ in asked.query["id"].split(",") if id_ in self.posts]
        return Said(self._listing([self._row(one) for one in found]))

    def _comments(self, asked: Asked) -> Said:
        """The whole tree; or one comment with the line above it and all below, and nothing beside it."""
        self._check(asked)
        focal = asked.query.get("comment")
        shown = self._trees(self._answers("t3_1abcde"))
        if focal:
            shown = self._around(f"t1_{focal}", int(asked.query["context"]))
        return Said([self._listing([self._row(self.posts["t3_1abcde"])]), self._listing(shown)])

    def _answers(self, id_: str) -> list[str]:
        return [one["id"] for one in self.posts.values() if one["parent"] == id_]

    def _trees(self, ids: list[str]) -> list[dict[str, Any]]:
        """A deleted comment keeps its place while something hangs below it, and is not shown without."""
        rows = []
        for id_ in ids:
            below = self._trees(self._answers(id_))
            if below or self.posts[id_]["author"] != "[deleted]":
                rows.append(self._row(self.posts[id_], self._listing(below) if below else ""))
        return rows

    def _around(self, id_: str, context: int) -> list[dict[str, Any]]:
        rows = self._trees([id_])
        for _ in range(context if rows else 0):
            id_ = self.posts[id_]["parent"]
            if id_.startswith("t3_"):
                break
            rows = [self._row(self.posts[id_], self._listing(rows))]
        return rows

    def _row(self, one: dict[str, Any], replies: Any = "") -> dict[str, Any]:
        html = f'<div class="md"><p>{escape(one["words"])}</p></div>'
        said = {
            "name": one["id"],
            "id": one["id"][3:],
            "author": one["author"],
            "created_utc": one["at"].timestamp(),
            "edited": False,
            "permalink": f"{self._path(one['id'])}/",
            "subreddit_type": "public",
        }
        if one["parent"]:
            said |= {"parent_id": one["parent"], "link_id": "t3_1abcde", "replies": replies}
            return {"kind": "t1", "data": said | {"body": one["words"], "body_html": html}}
        said |= {"title": one["words"], "is_self": True, "selftext": "", "selftext_html": None}
        return {
            "kind": "t3",
            "data": said | {"num_comments": len(self.posts) - 1, "removed_by_category": None},
        }

    def _listing(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "kind": "Listing",
            "data": {"after": None, "before": None, "dist": len(rows), "children": rows},
        }


class Both(App):
    """Read by the inbox's feed and by the API, which tell of the same comments."""

    def routes(self) -> Routes:
        return [*super().routes(), *Reddit.routes(self)]

    def follows(self) -> Sequence[Follow]:
        return [*Reddit.follows(self), *super().follows()]


NETWORKS = (Reddit, App, Both)
