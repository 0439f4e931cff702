"""Bluesky as docs.bsky.app/docs/api and atproto.com describe it: an account's server and the AppView."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from tests.connectors.authorizing import READ_ONLY, Issuer, Proofs, methods
from tests.connectors.standins.network import Follow, Network
from tests.connectors.standins.serving import Asked, Refusal, Routes, Said

PASSWORD = "abcd-efgh-ijkl-mnop"
ACCESS_LASTS = timedelta(hours=2)
NAMES = {name: f"did:plc:{name:0<24}" for name in ("acme", "ana", "mei")}
LARGEST = 100


def token(scope: str, name: str, number: int, until: datetime) -> str:
    claims = {"scope": scope, "sub": NAMES[name], "jti": str(number), "exp": int(until.timestamp())}
    middle = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{middle}.c2ln"


def refused(word: str, status: int = 400) -> Refusal:
    return Refusal(Said({"error": word, "message": f"{word} of the stand-in"}, status))


class Bluesky(Network):
    """Posts by uri. A deleted one is gone at once, and what hangs below it is shown nowhere."""

    not_there = Said({"error": "XRPCNotSupported", "message": "XRPCNotSupported"}, 404)

    def __init__(self, clock: Any) -> None:
        super().__init__(clock)
        self.issuer: Issuer | None = None
        self.proofs = Proofs("server", clock)
        self.posts: dict[str, dict[str, Any]] = {}
        self.sessions: dict[str, tuple[str, datetime]] = {}
        self.renewals: set[str] = set()
        self.made = 0
        self.first = self._write("acme", "The export is here.")

    def routes(self) -> Routes:
        named = {
            "app.bsky.notification.listNotifications": self._notifications,
            "app.bsky.feed.getAuthorFeed": self._feed,
            "app.bsky.feed.getPostThread": self._thread,
            "app.bsky.actor.getProfile": self._profile,
        }
        resource = ("GET", "/.well-known/oauth-protected-resource", self._names_its_issuer)
        calls = {"createSession": self._sign_in, "refreshSession": self._renew}
        return [
            resource,
            *(("GET", f"/xrpc/{name}", answer) for name, answer in named.items()),
            *(("POST", f"/xrpc/com.atproto.server.{name}", answer) for name, answer in calls.items()),
        ]

    def follows(self) -> Sequence[Follow]:
        return [
            Follow("mentions", f"{self.origin}/profile/acme.example", f"acme.example {PASSWORD}"),
            Follow("replies", f"{self.origin}/profile/acme.example"),
        ]

    def ana(self) -> str | None:
        return f"{self.origin}/profile/{NAMES['ana']}"

    def ask(self) -> str:
        return self._write("mei", "Does the export keep my tags?", self.first)

    def reply(self, to: str) -> str:
        return self._write("ana", "It does.", to)

    def thank(self, to: str) -> str:
        return self._write("mei", "Thanks! And my notes?", to)

    def delete(self, post: str) -> None:
        del self.posts[post]

    def url(self, post: str) -> str | None:
        return f"https://bsky.app/profile/{NAMES['ana']}/post/{post.rpartition('/')[2]}"

    # ---- what people do

    def _write(self, name: str, text: str, to: str | None = None) -> str:
        uri = f"at://{NAMES[name]}/app.bsky.feed.post/3k{len(self.posts):05}"
        at: datetime = self.clock()
        record: dict[str, Any] = {"$type": "app.bsky.feed.post", "text": text, "createdAt": at.isoformat()}
        if to:
            root = self.posts[to]["record"].get("reply", {}).get("root", {"uri": to, "cid": "bafyroot"})
            record["reply"] = {"parent": {"uri": to, "cid": "bafyparent"}, "root": root}
        self.posts[uri] = {
            "uri": uri,
            "cid": f"bafy{len(self.posts)}",
            "by": name,
            "record": record,
            "at": at,
        }
        return uri

    # ---- sessions

    def _sign_in(self, asked: Asked) -> Said:
        told = asked.json()
        if (told["identifier"], told["password"]) != ("acme.example", PASSWORD):
            raise refused("AuthenticationRequired", 401)
        return self._session("acme")

    def _renew(self, asked: Asked) -> Said:
        if asked.body:
            raise refused("InvalidRequest")
        if asked.bearer not in self.renewals:
            raise refused("ExpiredToken")
        self.renewals.discard(asked.bearer)
        return self._session("acme")

    def _session(self, name: str) -> Said:
        self.made += 1
        until = self.clock() + ACCESS_LASTS
        access = token("com.atproto.appPass", name, self.made, until)
        renewal = token("com.atproto.refresh", name, self.made, until)
        self.sessions[access] = (name, until)
        self.renewals.add(renewal)
        who = {"did": NAMES[name], "handle": f"{name}.example"}
        return Said({"accessJwt": access, "refreshJwt": renewal, "active": True} | who)

    def _viewer(self, asked: Asked) -> str | None:
        """Who asks; nobody without a token, which the AppView takes for public questions."""
        if not asked.bearer:
            return None
        if self.issuer and asked.headers["authorization"].startswith("DPoP "):
            return self._signed_in(self.issuer, asked)
        if asked.bearer not in self.sessions:
            raise refused("InvalidToken")
        name, until = self.sessions[asked.bearer]
        if self.clock() >= until:
            raise refused("ExpiredToken")
        return name

    def _names_its_issuer(self, asked: Asked) -> Said:
        if self.issuer is None:
            return self.not_there
        return Said({"resource": self.origin, "authorization_servers": [self.issuer.origin]})

    def _signed_in(self, issuer: Issuer, asked: Asked) -> str:
        did, scope = issuer.viewer(asked, self.origin, self.proofs)
        needed = methods(asked.path.removeprefix("/xrpc/app.bsky."))
        if not {needed, READ_ONLY} & set(scope.split()):
            raise refused("ScopeMissingError", 403)
        return next(name for name, known in NAMES.items() if known == did)

    # ---- views

    def _notifications(self, asked: Asked) -> Said:
        viewer = self._viewer(asked)
        if viewer is None:
            raise refused("AuthMissing", 401)
        rows = [
            self._view(post) | {"reason": "reply", "isRead": True}
            for post in self.posts.values()
            if post["by"] != viewer and self._answers(post, viewer)
        ]
        return self._page(asked, "notifications", rows)

    def _answers(self, post: dict[str, Any], name: str) -> bool:
        above = post["record"].get("reply", {}).get("parent", {}).get("uri", "")
        return bool(above.startswith(f"at://{NAMES[name]}/"))

    def _feed(self, asked: Asked) -> Said:
        self._viewer(asked)
        name = self._named(asked.query["actor"])
        rows = [{"post": self._view(post)} for post in self.posts.values() if post["by"] == name]
        return self._page(asked, "feed", rows)

    def _profile(self, asked: Asked) -> Said:
        self._viewer(asked)
        return Said(self._author(self._named(asked.query["actor"])) | {"postsCount": 1})

    def _named(self, actor: str) -> str:
        found = next((n for n, did in NAMES.items() if actor in (did, f"{n}.example")), None)
        if found is None:
            raise refused("InvalidRequest")
        return found

    def _page(self, asked: Asked, key: str, rows: list[dict[str, Any]]) -> Said:
        limit = int(asked.query.get("limit", 50))
        if limit > LARGEST:
            raise refused("InvalidRequest")
        start = int(asked.query.get("cursor", 0))
        newest = rows[::-1][start : start + limit]
        more = {"cursor": str(start + limit)} if start + limit < len(rows) else {}
        return Said({key: newest} | more)

    def _thread(self, asked: Asked) -> Said:
        self._viewer(asked)
        uri = asked.query["uri"]
        if uri not in self.posts:
            raise refused("NotFound")
        down, up = int(asked.query.get("depth", 6)), int(asked.query.get("parentHeight", 80))
        node = self._node(uri, down)
        lower = node
        while up and (reply := lower["post"]["record"].get("reply")):
            above = reply["parent"]["uri"]
            lower["parent"] = (
                self._node(above, 0) if above in self.posts else {"uri": above, "notFound": True}
            )
            if above not in self.posts:
                break
            lower, up = lower["parent"], up - 1
        return Said({"thread": node})

    def _node(self, uri: str, depth: int) -> dict[str, Any]:
        node: dict[str, Any] = {"post": self._view(self.posts[uri])}
        if depth:
            node["replies"] = [self._node(below["uri"], depth - 1) for below in self._below(uri)]
        return node

    def _below(self, uri: str) -> list[dict[str, Any]]:
        posts = self.posts.values()
        return [p for p in posts if p["record"].get("reply", {}).get("parent", {}).get("uri") == uri]

    def _author(self, name: str) -> dict[str, Any]:
        handle = f"{name}.example"
        return {"did": NAMES[name], "handle": handle, "displayName": name.title(), "labels": []}

    def _view(self, post: dict[str, Any]) -> dict[str, Any]:
        kept = {key: post[key] for key in ("uri", "cid", "record")}
        counted = {"replyCount": len(self._below(post["uri"])), "likeCount": 0, "labels": []}
        return kept | counted | {"author": self._author(post["by"]), "indexedAt": post["at"].isoformat()}


NETWORKS = (Bluesky,)
