"""Mastodon (docs.joinmastodon.org), and GoToSocial, Pleroma and Pixelfed as far as they differ from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.connectors.standins.network import Follow, Network
from tests.connectors.standins.serving import Asked, Handler, Refusal, Routes, Said

TOKEN = "a-read-only-token"
SCOPES = ["read:accounts", "read:notifications", "read:statuses"]
PEOPLE = ("acme", "ana", "mei", "kim", "chidi")
V1 = "/api/v1"


class Mastodon(Network):
    """One server with its three people; ids grow with time."""

    version = "4.5.0"
    tells_scopes = True
    shows_strangers = True
    not_there = Said({"error": "Record not found"}, 404)

    def __init__(self, clock: Any) -> None:
        super().__init__(clock)
        self.statuses: dict[str, dict[str, Any]] = {}
        self.made = 0

    def routes(self) -> Routes:
        return [
            ("GET", f"{V1}/instance", lambda _: {"version": self.version}),
            ("GET", f"{V1}/apps/verify_credentials", self._signed(self._app)),
            ("GET", f"{V1}/accounts/verify_credentials", self._signed(lambda _: self._account("acme"))),
            ("GET", f"{V1}/accounts/lookup", self._open(self._lookup)),
            ("GET", f"{V1}/accounts/{{id}}/statuses", self._open(self._written)),
            ("GET", f"{V1}/notifications", self._signed(self._notifications)),
            ("GET", f"{V1}/statuses/{{id}}", self._open(lambda _, id: self._status(self._there(id)))),
            ("GET", f"{V1}/statuses/{{id}}/context", self._open(self._context)),
            ("GET", "/.well-known/webfinger", self._webfinger),
        ]

    def follows(self) -> Sequence[Follow]:
        return [Follow("mentions", f"@acme@{self.host}", TOKEN)]

    def ana(self) -> str | None:
        return f"@ana@{self.host}" if self.shows_strangers else None

    def ask(self) -> str:
        return self._post("mei", None, ("acme",), "Does the export keep my tags?")

    def reply(self, to: str) -> str:
        return self._post("ana" if self.shows_strangers else "acme", to, ("mei",), "It does.")

    def thank(self, to: str) -> str:
        return self._post("mei", to, (self.statuses[to]["by"],), "Thanks! And my notes?")

    def delete(self, post: str) -> None:
        gone = self.id_of(post)
        del self.statuses[gone]
        for one in self.statuses.values():
            one["to"] = None if one["to"] == gone else one["to"]

    def url(self, post: str) -> str | None:
        return self._address(self.statuses[post]["by"], post)

    # ---- what differs

    def new_id(self, number: int) -> str:
        return str(110_000 + number)

    def account_url(self, name: str) -> str:
        return f"{self.origin}/@{name}"

    def shown(self, status: dict[str, Any]) -> dict[str, Any]:
        return status

    def below(self, id: str) -> list[str]:
        found = [other for other, one in self.statuses.items() if one["to"] == id]
        return [each for other in found for each in (other, *self.below(other))]

    def above(self, id: str) -> list[str]:
        upper = self.statuses[id]["to"]
        return [*self.above(upper), upper] if upper in self.statuses else []

    # ---- the same everywhere

    @property
    def host(self) -> str:
        return self.origin.partition("//")[2]

    def id_of(self, uri: str) -> str:
        return uri.rstrip("/").rpartition("/")[2]

    def _open(self, handler: Handler) -> Handler:
        return handler if self.shows_strangers else self._signed(handler)

    def _signed(self, handler: Handler) -> Handler:
        def handle(asked: Asked, *parts: str) -> Any:
            if asked.bearer != TOKEN:
                raise Refusal(Said({"error": "The access token is invalid"}, 401))
            return handler(asked, *parts)

        return handle

    def _post(self, by: str, to: str | None, names: Sequence[str], words: str) -> str:
        self.made += 1
        id = self.new_id(self.made)
        at = self.clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self.statuses[id] = {"by": by, "to": to, "names": names, "words": words, "at": at, "n": self.made}
        return id

    def _there(self, id: str) -> str:
        if id not in self.statuses:
            raise Refusal(self.not_there or Said(None, 404))
        return id

    def _address(self, by: str, id: str) -> str:
        return f"{self.account_url(by)}/{id}"

    def _account(self, name: str) -> dict[str, Any]:
        return {
            "id": str(1 + PEOPLE.index(name)),
            "username": name,
            "acct": name,
            "display_name": name.title(),
            "url": self.account_url(name),
            "bot": False,
        }

    def _status(self, id: str) -> dict[str, Any]:
        one = self.statuses[id]
        named = [{"id": "1", "acct": name, "url": self.account_url(name)} for name in one["names"]]
        return self.shown(
            {
                "id": id,
                "uri": f"{self.origin}/users/{one['by']}/statuses/{id}",
                "url": self._address(one["by"], id),
                "account": self._account(one["by"]),
                "content": f"<p>{one['words']}</p>",
                "created_at": one["at"],
                "edited_at": None,
                "in_reply_to_id": one["to"],
                "visibility": "public",
                "spoiler_text": "",
                "language": "en",
                "mentions": named,
                "reblog": None,
                "replies_count": sum(other["to"] == id for other in self.statuses.values()),
            }
        )

    def _app(self, _: Asked) -> Any:
        return {"name": "By Hand"} | ({"scopes": SCOPES} if self.tells_scopes else {})

    def _lookup(self, asked: Asked) -> Any:
        name = asked.query["acct"].partition("@")[0]
        if name not in PEOPLE:
            raise Refusal(self.not_there or Said(None, 404))
        return self._account(name)

    def _webfinger(self, asked: Asked) -> Any:
        name = asked.query["resource"].removeprefix("acct:").partition("@")[0]
        page = {"rel": "http://webfinger.net/rel/profile-page", "href": self.account_url(name)}
        own = {"rel": "self", "href": f"{self.origin}/users/{name}"}
        return {"subject": asked.query["resource"], "links": [page, own]}

    def _page(self, asked: Asked, ids: list[str]) -> list[str]:
        """Newest first; `min_id` gives those right after it, `max_id` those before it."""
        limit, after, before = int(asked.query["limit"]), asked.query.get("min_id"), asked.query.get("max_id")
        number = {id: one["n"] for id, one in self.statuses.items()}
        if after:
            return [id for id in ids if number[id] > number.get(after, 0)][:limit][::-1]
        return [id for id in ids if not before or number[id] < number.get(before, 0)][::-1][:limit]

    def _written(self, asked: Asked, id: str) -> Any:
        name = PEOPLE[int(id) - 1]
        ids = [id for id, one in self.statuses.items() if one["by"] == name]
        return [self._status(id) for id in self._page(asked, ids)]

    def _notifications(self, asked: Asked) -> Any:
        """Only a post that names the account is told: so it is on every server here."""
        ids = [id for id, one in self.statuses.items() if "acme" in one["names"]]
        return [
            {
                "id": id,
                "type": "mention",
                "created_at": self.statuses[id]["at"],
                "account": self._account(self.statuses[id]["by"]),
                "status": self._status(id),
            }
            for id in self._page(asked, ids)
        ]

    def _context(self, _: Asked, id: str) -> Any:
        self._there(id)
        return {
            "ancestors": [self._status(other) for other in self.above(id)],
            "descendants": [self._status(other) for other in self.below(id)],
        }


class GoToSocial(Mastodon):
    """Shows strangers no account and no thread; ids are ULIDs; the scopes of a token are not told.

    A reply that names nobody makes no notification: Mei's never do.
    """

    version = "0.20.2 git-57cb4fe"
    tells_scopes = False
    shows_strangers = False

    def __init__(self, clock: Any) -> None:
        super().__init__(clock)
        self.first = self._post("acme", None, (), "We moved our notes")

    def follows(self) -> Sequence[Follow]:
        return [Follow("keyed-replies", f"@acme@{self.host}", TOKEN)]

    def ask(self) -> str:
        return self._post("mei", self.first, (), "Does the export keep my tags?")

    def thank(self, to: str) -> str:
        return self._post("mei", to, (), "Thanks! And my notes?")

    def new_id(self, number: int) -> str:
        return f"01HX5V9Q7Z4M2N8K3R6T1W{number:04}"


class Pleroma(Mastodon):
    """Ids are flakes, an account's page is its id, and a post has fields of Pleroma's own."""

    version = "2.7.2 (compatible; Pleroma 2.9.1)"
    tells_scopes = False

    def new_id(self, number: int) -> str:
        return f"AbCdEfGhIjKlMn{number:04}"

    def account_url(self, name: str) -> str:
        return f"{self.origin}/users/{name}"

    def shown(self, status: dict[str, Any]) -> dict[str, Any]:
        return status | {"pleroma": {"conversation_id": 7, "local": True}, "language": None}

    def url(self, post: str) -> str | None:
        return f"{self.origin}/notice/{post}"

    def _address(self, by: str, id: str) -> str:
        return f"{self.origin}/notice/{id}"


class Pixelfed(Mastodon):
    """Names nobody in posts, shows threads one level deep, and accounts only to who is signed in."""

    version = "3.5.3 (compatible; Pixelfed 0.12.4)"
    tells_scopes = False
    shows_strangers = False

    def account_url(self, name: str) -> str:
        return f"{self.origin}/{name}"

    def shown(self, status: dict[str, Any]) -> dict[str, Any]:
        above = status["in_reply_to_id"]
        kept = {key: value for key, value in status.items() if key != "edited_at"}
        return kept | {"mentions": [], "in_reply_to_id": int(above) if above else None}

    def below(self, id: str) -> list[str]:
        return [other for other, one in self.statuses.items() if one["to"] == id]

    def _address(self, by: str, id: str) -> str:
        return f"{self.origin}/p/{by}/{id}"


NETWORKS = (Mastodon, GoToSocial, Pleroma, Pixelfed)
