"""GitHub from its REST description and GraphQL schema; the API and the pages are one origin here."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from tests.connectors.standins.network import Follow, Network
from tests.connectors.standins.serving import Asked, Refusal, Routes, Said

MEI, ACME, ANA = ("mei-t", 2001), ("acme", 1001), ("ana-acme", 1002)
REPO = "/acme/export"


class _Base(Network):
    """Accounts, a token that cannot write, and limits in each answer."""

    token = "github_pat_a_stand_in"

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.accounts = dict([MEI, ACME, ANA])
        self.scopes: str | None = None

    def at(self) -> str:
        return self.clock().strftime("%Y-%m-%dT%H:%M:%SZ")

    def user(self, login: str) -> dict[str, Any]:
        number = self.accounts[login]
        shown = {"html_url": f"{self.origin}/{login}", "avatar_url": f"{self.origin}/{login}.png"}
        return {"login": login, "id": number, "node_id": f"U_{number}", "type": "User"} | shown

    def known(self, asked: Asked) -> None:
        """Refuses a token that is not ours; none at all is fine for what is public."""
        if asked.bearer not in ("", self.token):
            raise Refusal(Said({"message": "Bad credentials"}, 401))

    def accounts_routes(self) -> Routes:
        return [
            ("GET", "/users/{login}", lambda _, login: self.user(login)),
            ("GET", "/user/{number}", self._by_number),
            ("GET", "/user", self._me),
        ]

    def _by_number(self, _: Asked, number: str) -> Any:
        login = next((name for name, id in self.accounts.items() if str(id) == number), None)
        return self.user(login) if login else Said({"message": "Not Found"}, 404)

    def _me(self, asked: Asked) -> Said:
        self.known(asked)
        if not asked.bearer:
            return Said({"message": "Requires authentication"}, 401)
        shown = {} if self.scopes is None else {"X-OAuth-Scopes": self.scopes}
        return Said(self.user("ana-acme"), headers=shown)


class Issues(_Base):
    """One repository with issues; comments by number, in the order in which they were written."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.issues: dict[int, dict[str, Any]] = {}
        self.comments: dict[int, dict[str, Any]] = {}

    def routes(self) -> Routes:
        return [
            *self.accounts_routes(),
            ("GET", "/search/issues", self._search),
            ("GET", "/users/{login}/events/public", self._events),
            ("GET", f"/repos{REPO}/issues/{{number}}", lambda _, number: self._shown(int(number))),
            ("GET", f"/repos{REPO}/issues/{{number}}/comments", self._listed),
            ("GET", f"/repos{REPO}/issues/comments/{{number}}", self._comment),
        ]

    def follows(self) -> Sequence[Follow]:
        return [Follow("mentions", f"{self.origin}/acme")]

    def ana(self) -> str | None:
        return f"{self.origin}/ana-acme"

    def ask(self) -> str:
        number = len(self.issues) + 1
        self.issues[number] = {
            "id": 500 + number,
            "node_id": f"I_{number}",
            "number": number,
            "html_url": f"{self.origin}{REPO}/issues/{number}",
            "title": "Tags",
            "body": "@acme Does the export keep my tags?",
            "user": self.user("mei-t"),
            "state": "open",
            "created_at": self.at(),
            "updated_at": self.at(),
            "closed_at": None,
            "closed_by": None,
            "author_association": "NONE",
        }
        return f"I_{number}"

    def reply(self, to: str) -> str:
        return self._say("ana-acme", "It does.", "MEMBER")

    def thank(self, to: str) -> str:
        return self._say("mei-t", "Thanks! And my notes?", "NONE")

    def delete(self, post: str) -> None:
        number = next(number for number, one in self.comments.items() if one["node_id"] == post)
        del self.comments[number]
        self.issues[1]["updated_at"] = self.at()

    def url(self, post: str) -> str | None:
        return next(one["html_url"] for one in self.comments.values() if one["node_id"] == post)

    def _say(self, login: str, words: str, association: str) -> str:
        number = 9000 + len(self.server.log) + len(self.comments)
        self.comments[number] = {
            "id": number,
            "node_id": f"IC_{number}",
            "html_url": f"{self.origin}{REPO}/issues/1#issuecomment-{number}",
            "issue_url": f"{self.origin}/repos{REPO}/issues/1",
            "user": self.user(login),
            "body": words,
            "created_at": self.at(),
            "updated_at": self.at(),
            "author_association": association,
        }
        self.issues[1]["updated_at"] = self.at()
        return f"IC_{number}"

    def _shown(self, number: int) -> Any:
        issue = self.issues.get(number)
        return {**issue, "comments": len(self.comments)} if issue else Said({"message": "Not Found"}, 404)

    def _search(self, asked: Asked) -> Any:
        q = asked.query["q"]
        since, login = re.search(r"updated:>=(\S+)", q)[1], re.search(r"mentions:(\S+)", q)[1]  # type: ignore[index]
        found = [
            self._shown(number)
            for number, issue in self.issues.items()
            if "is:issue" in q and issue["updated_at"] >= since and f"@{login}" in issue["body"]
        ]
        found.sort(key=lambda issue: issue["updated_at"], reverse=asked.query["order"] == "desc")
        return {"total_count": len(found), "incomplete_results": False, "items": found}

    def _listed(self, asked: Asked, _: str) -> Any:
        size, page = int(asked.query["per_page"]), int(asked.query.get("page", 1))
        since = asked.query.get("since", "")
        found = [one for one in self.comments.values() if one["updated_at"] >= since]
        return found[size * (page - 1) : size * page]

    def _comment(self, _: Asked, number: str) -> Any:
        return self.comments.get(int(number)) or Said({"message": "Not Found"}, 404)

    def _events(self, _: Asked, login: str) -> Any:
        made = [
            {
                "id": str(70_000_000 + number),
                "type": "IssueCommentEvent",
                "actor": {"login": login},
                "repo": {"name": REPO[1:]},
                "payload": {"action": "created", "issue": self._shown(1), "comment": one},
                "public": True,
                "created_at": one["created_at"],
            }
            for number, one in self.comments.items()
            if one["user"]["login"] == login
        ]
        return made[::-1]


class Closed(Issues):
    """Where Ana's answer is that she closes it; when she opens it again, it waits again."""

    tells = False

    def reply(self, to: str) -> str:
        self.issues[1] |= {"state": "closed", "closed_at": self.at(), "closed_by": self.user("ana-acme")}
        return "I_1#closed"

    def delete(self, post: str) -> None:
        self.issues[1] |= {"state": "open", "closed_at": None, "closed_by": None, "updated_at": self.at()}

    def url(self, post: str) -> str | None:
        return self.issues[1]["html_url"]


class Discussions(_Base):
    """One repository with discussions, which GraphQL alone shows; it takes queries only."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.posts: dict[str, dict[str, Any]] = {}
        self.changed = ""

    def routes(self) -> Routes:
        return [
            *self.accounts_routes(),
            ("POST", "/graphql", self._graphql),
            ("GET", "/users/{login}/events/public", lambda *_: []),
        ]

    def follows(self) -> Sequence[Follow]:
        return [Follow("discussions", "acme/export", self.token)]

    def ana(self) -> str | None:
        return f"{self.origin}/ana-acme"

    def ask(self) -> str:
        self._say("mei-t", "Does the export keep my tags?", "NONE")
        return "D_1"

    def reply(self, to: str) -> str:
        return self._say("ana-acme", "It does.", "MEMBER")

    def thank(self, to: str) -> str:
        return self._say("mei-t", "Thanks! And my notes?", "NONE")

    def delete(self, post: str) -> None:
        del self.posts[post]

    def url(self, post: str) -> str | None:
        return self.posts[post]["url"]

    def _say(self, login: str, words: str, association: str) -> str:
        number = len(self.posts)
        id, mark = (f"DC_{number}", f"#discussioncomment-{number}") if number else ("D_1", "")
        author = {"__typename": "User", "login": login, "databaseId": self.accounts[login]}
        self.posts[id] = {
            "id": id,
            "databaseId": number,
            "url": f"{self.origin}{REPO}/discussions/1{mark}",
            "body": words,
            "createdAt": self.at(),
            "lastEditedAt": None,
            "authorAssociation": association,
            "author": author | {"url": f"{self.origin}/{login}"},
            "deletedAt": None,
            "isAnswer": False,
            "replies": {"totalCount": 0, "nodes": []},
        }
        self.changed = self.at()
        return id

    def _graphql(self, asked: Asked) -> Any:
        self.known(asked)
        if not asked.bearer:
            return Said({"message": "This endpoint requires you to be authenticated."}, 401)
        query, given = asked.json()["query"], asked.json()["variables"]
        if not query.startswith("query"):
            return Said({"errors": [{"type": "FORBIDDEN", "message": "read only"}]}, 200)
        if "search(" in query:
            is_new = bool(self.posts) and self.changed >= re.search(r"updated:>=(\S+)", given["q"])[1]  # type: ignore[index]
            return {"data": {"search": {"nodes": [self._shown()] if is_new else []}}}
        shown = self._shown() if given["number"] == 1 and self.posts else None
        errors = {} if shown else {"errors": [{"type": "NOT_FOUND", "message": "no such discussion"}]}
        return {"data": {"repository": {"discussion": shown}}} | errors

    def _shown(self) -> dict[str, Any]:
        first, *comments = self.posts.values()
        told = {"title": "Tags", "updatedAt": self.changed, "closed": False, "closedAt": None}
        return first | told | {"comments": {"totalCount": len(comments), "nodes": comments}}


NETWORKS = (Issues, Closed, Discussions)
