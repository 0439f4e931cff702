"""GitHub's issues, on which anything may happen: their order says what answers what, its search is late, and
nothing that was deleted comes back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from tests.connectors.standins import github
from tests.connectors.standins.network import Follow
from tests.connectors.standins.serving import Asked, Routes, Said
from tests.e2e.kinds.lived import NUMBERS, Lived

PEOPLE = {
    "acme": github.ACME, "ana": github.ANA, "chidi": ("chidi-acme", 1003),
    "mei": github.MEI, "kim": ("kim-t", 2002),
}  # fmt: skip
SEARCH_IS_LATE, EVENTS_ARE_LATE = timedelta(minutes=2), timedelta(hours=1)
"""The search's index takes a while; what an account did is told of 30 seconds to 6 hours later."""
DELETED = Said({"message": "This issue was deleted"}, 410)
KEYS = count(9001)
ISSUES = f"/repos{github.REPO}/issues"


class Github(Lived, github.Issues):
    name, kind, restores = "github", "flat", False

    def __init__(self, clock: Any) -> None:
        self.places: dict[int, int] = {}
        self.index: dict[int, list[tuple[datetime, str, str]]] = {}
        super().__init__(clock)
        self.accounts = dict(PEOPLE.values())

    def account(self, name: str) -> str:
        return str(PEOPLE[name][1])

    def follows(self) -> Sequence[Follow]:
        return [Follow("mentions", f"{self.origin}/acme", self.token)]

    def speak(self, by: str, under: str | None = None, *, names: str = "") -> str:
        words = f"Number {next(NUMBERS)}?"
        body = f"@{PEOPLE[names][0]} {words}" if names else words
        number = self.issue_of(under) if under else len(self.places) + 1
        place = self.places[number] = self.places.get(number, 0) + 1
        id = self._comments(number, by, body) if under else self._opens(number, by, body)
        self._changed(number)
        told = [names] if names else []
        return self.wrote(id, by, words, told, thread=str(number), place=place)

    def _opens(self, number: int, by: str, body: str) -> str:
        self.issues[number] = self._written(by, body) | {
            "id": 500 + number, "node_id": f"I_{number}", "number": number, "title": "Tags", "state": "open",
            "html_url": f"{self.origin}{github.REPO}/issues/{number}", "closed_at": None, "closed_by": None,
        }  # fmt: skip
        return f"export#{number}"

    def _comments(self, issue: int, by: str, body: str) -> str:
        number = next(KEYS)
        self.comments[number] = self._written(by, body) | {
            "id": number, "node_id": f"IC_{number}", "issue_url": f"{self.origin}{ISSUES}/{issue}",
            "html_url": f"{self.origin}{github.REPO}/issues/{issue}#issuecomment-{number}",
        }  # fmt: skip
        return f"IC_{number}"

    def _written(self, by: str, body: str) -> dict[str, Any]:
        association = "MEMBER" if by in self.us else "NONE"
        times = {"created_at": self.at(), "updated_at": self.at()}
        return {"user": self.user(PEOPLE[by][0]), "body": body, "author_association": association} | times

    def issue_of(self, id: str) -> int:
        row = self._row(id)
        return int(row.get("number") or row["issue_url"].rpartition("/")[2])

    def _row(self, id: str) -> dict[str, Any]:
        rows = self.comments if id.startswith("IC_") else self.issues
        return rows[int(re.split("[_#]", id)[1])]

    def _in(self, number: int) -> list[dict[str, Any]]:
        return [one for one in self.comments.values() if one["issue_url"].endswith(f"/{number}")]

    def _changed(self, number: int) -> None:
        """Whatever happens in it, it was changed; what the search finds it by is noted some time later."""
        issue = self.issues[number]
        issue["updated_at"] = self.at()
        words = " ".join(one["body"] for one in (issue, *self._in(number)))
        self.index.setdefault(number, []).append((self.clock(), self.at(), words))

    def change(self, id: str, words: str, names: str) -> Sequence[str]:
        row = self._row(id)
        logins = [*re.findall(r"@(\S+)", row["body"]), *([PEOPLE[names][0]] if names else [])]
        row |= {"body": " ".join([*(f"@{login}" for login in dict.fromkeys(logins)), words])}
        row["updated_at"] = self.at()
        self._changed(self.issue_of(id))
        return [name for name, (login, _) in PEOPLE.items() if login in logins]

    def edit(self, id: str, names: str) -> None:
        """When an issue from before it was followed came to name us, GitHub tells nobody (see its page)."""
        super().edit(id, "" if id in ("export#1", "export#2") else names)

    def may_go(self, id: str) -> bool:
        """With an issue, which only its repository's owners delete, all that was said in it would go."""
        return id.startswith("IC_") or not self._in(self.issue_of(id))

    def take(self, id: str) -> Any:
        number = self.issue_of(id)
        if id.startswith("IC_"):
            self.comments.pop(int(id[3:]))
            return self._changed(number)
        return self.issues.pop(number)

    def bring(self, id: str, taken: Any) -> None:
        raise NotImplementedError("nobody brings back what was deleted")

    # ---- what is shown

    def _shown(self, number: int) -> Any:
        if number in self.issues:
            return {**self.issues[number], "comments": len(self._in(number))}
        return DELETED if number in self.places else super()._shown(number)

    def _search(self, asked: Asked) -> Any:
        """An issue is found by what was known of it some time ago, and shown as it is."""
        q = asked.query["q"]
        since, login = (re.search(rf"{word}(\S+)", q)[1] for word in ("updated:>=", "mentions:"))  # type: ignore[index]
        found = [
            self._shown(number)
            for number in self.issues
            if "is:issue" in q and self._is_found(number, since, login)
        ]
        found.sort(key=lambda issue: issue["updated_at"], reverse=asked.query["order"] == "desc")
        return {"total_count": len(found), "incomplete_results": False, "items": found}

    def _is_found(self, number: int, since: str, login: str) -> bool:
        known = [one for one in self.index[number] if one[0] <= self.clock() - SEARCH_IS_LATE]
        return bool(known) and known[-1][1] >= since and f"@{login} " in known[-1][2]

    def _listed(self, asked: Asked, number: str) -> Any:
        if int(number) not in self.issues:
            return self._shown(int(number))
        size, page = int(asked.query["per_page"]), int(asked.query.get("page", 1))
        found = [one for one in self._in(int(number)) if one["updated_at"] >= asked.query.get("since", "")]
        return found[size * (page - 1) : size * page]

    def _events(self, asked: Asked, login: str) -> Any:
        until = (self.clock() - EVENTS_ARE_LATE).strftime("%Y-%m-%dT%H:%M:%SZ")
        own = (one for one in self.comments.values() if one["user"]["login"] == login)
        return [self._event(one) for one in reversed([*own]) if one["created_at"] <= until]

    def _event(self, comment: dict[str, Any]) -> dict[str, Any]:
        issue = self._shown(self.issue_of(comment["node_id"]))
        return {
            "id": str(70_000_000 + comment["id"]), "type": "IssueCommentEvent", "public": True,
            "actor": {"login": comment["user"]["login"]}, "repo": {"name": github.REPO[1:]},
            "payload": {"action": "created", "issue": issue, "comment": comment},
            "created_at": comment["created_at"],
        }  # fmt: skip

    # ---- what the log says of it

    def shows(self, said: Said) -> Iterator[str]:
        if said.sent.startswith((b"{", b"[")):
            yield from _posts(json.loads(said.sent))

    def lists(self, asked: Asked) -> list[str] | None:
        if asked.path == "/search/issues" and "is:issue" in asked.query["q"]:
            return ["mentions", self.account("acme")]
        own = re.fullmatch(r"/users/([^/]+)/events/public", asked.path)
        return ["own", str(self.accounts[own[1]])] if own else None

    def looks(self, asked: Asked) -> str:
        """The issue itself is asked for apart, and shows none of its comments."""
        found = re.fullmatch(rf"{ISSUES}/(\d+)/comments", asked.path)
        return found[1] if found and "since" not in asked.query else ""

    def missing(self, asked: Asked, said: Said) -> list[str]:
        found = re.fullmatch(rf"{ISSUES}/(comments/)?(\d+)", asked.path)
        if found is None or said.status not in (404, 410):
            return []
        return [f"IC_{found[2]}" if found[1] else f"export#{found[2]}"]

    def keyed(self, asked: Asked) -> bool:
        return bool(asked.bearer)


class GithubRepository(Github):
    """All that people outside write in the repository; its members are known by what GitHub says of them."""

    everything, members = True, ("acme", "chidi")

    def routes(self) -> Routes:
        return [("GET", ISSUES, self._changed_since), *super().routes()]

    def follows(self) -> Sequence[Follow]:
        return [Follow("repository", github.REPO[1:], self.token)]

    def _changed_since(self, asked: Asked) -> Any:
        found = [self._shown(number) for number in self.issues]
        found = [issue for issue in found if issue["updated_at"] >= asked.query["since"]]
        return sorted(found, key=lambda issue: issue["updated_at"])[: int(asked.query["per_page"])]


class GithubDiscussions(Lived, github.Discussions):
    """Discussions, which a query tells whole: their comments stand in order, none below another, and its
    search is late."""

    name, kind, restores, everything = "github", "flat", False, True
    members = ("acme", "chidi")

    def __init__(self, clock: Any) -> None:
        self.talks: dict[int, list[str]] = {}
        self.index: dict[int, list[tuple[datetime, str]]] = {}
        super().__init__(clock)
        self.accounts = dict(PEOPLE.values())

    def account(self, name: str) -> str:
        return str(PEOPLE[name][1])

    def speak(self, by: str, under: str | None = None, *, names: str = "") -> str:
        words = f"Number {next(NUMBERS)}?"
        number = self._number(under) if under else len(self.talks) + 1
        talk, key = self.talks.setdefault(number, []), next(KEYS)
        id, mark = (f"DC_{key}", f"#discussioncomment-{key}") if under else (f"export#{number}", "")
        login, account = PEOPLE[by]
        self.posts[id] = {
            "id": id if under else f"D_{number}", "databaseId": key, "body": self._body(words, names),
            "url": f"{self.origin}{github.REPO}/discussions/{number}{mark}",
            "createdAt": self.at(), "lastEditedAt": None, "deletedAt": None, "isAnswer": False,
            "authorAssociation": "MEMBER" if by in self.us else "NONE",
            "author": {"__typename": "User", "login": login, "databaseId": account}
            | {"url": f"{self.origin}/{login}"},
            "replies": {"totalCount": 0, "nodes": []},
        }  # fmt: skip
        talk.append(id)
        self._changed(number)
        return self.wrote(id, by, words, [names] if names else [], thread=str(number), place=len(talk))

    def _body(self, words: str, names: str) -> str:
        return f"@{PEOPLE[names][0]} {words}" if names else words

    def _number(self, id: str) -> int:
        return next(number for number, talk in self.talks.items() if id in talk)

    def _changed(self, number: int) -> None:
        self.index.setdefault(number, []).append((self.clock(), self.at()))

    def change(self, id: str, words: str, names: str) -> Sequence[str]:
        row = self.posts[id]
        named = [name for name, (login, _) in PEOPLE.items() if f"@{login} " in row["body"]]
        name = names or next(iter(named), "")
        row |= {"body": self._body(words, name), "lastEditedAt": self.at()}
        self._changed(self._number(id))
        return [name] if name else []

    def may_go(self, id: str) -> bool:
        """With a discussion all that was said in it would go."""
        number = self._number(id)
        return id.startswith("DC_") or [id] == [one for one in self.talks[number] if one in self.here]

    def take(self, id: str) -> Any:
        self._changed(self._number(id))
        return self.posts.pop(id)

    def bring(self, id: str, taken: Any) -> None:
        raise NotImplementedError("nobody brings back what was deleted")

    # ---- what is shown

    def _graphql(self, asked: Asked) -> Any:
        self.known(asked)
        query, given = asked.json()["query"], asked.json()["variables"]
        if "search(" in query:
            since = re.search(r"updated:>=(\S+)", given["q"])[1]  # type: ignore[index]
            found = [
                number for number in self.talks if self._is_there(number) and self._is_found(number, since)
            ]
            nodes = sorted(map(self._told, found), key=lambda row: row["updatedAt"])
            return {"data": {"search": {"nodes": nodes[:20]}}}
        number = given["number"]
        shown = self._told(number) if self._is_there(number) else None
        errors = {} if shown else {"errors": [{"type": "NOT_FOUND", "message": "no such discussion"}]}
        return {"data": {"repository": {"discussion": shown}}} | errors

    def _is_there(self, number: int) -> bool:
        return f"export#{number}" in self.posts

    def _is_found(self, number: int, since: str) -> bool:
        known = [one for one in self.index[number] if one[0] <= self.clock() - SEARCH_IS_LATE]
        return bool(known) and known[-1][1] >= since

    def _told(self, number: int) -> dict[str, Any]:
        first, *comments = (self.posts[id] for id in self.talks[number] if id in self.posts)
        told = {"title": "Tags", "updatedAt": self.index[number][-1][1], "closed": False, "closedAt": None}
        return first | told | {"comments": {"totalCount": len(comments), "nodes": comments}}

    # ---- what the log says of it

    def shows(self, said: Said) -> Iterator[str]:
        if said.sent.startswith(b"{"):
            yield from _talked(json.loads(said.sent))

    def lists(self, asked: Asked) -> list[str] | None:
        """Who wrote in discussions stands in no list of an account's."""
        own = re.fullmatch(r"/users/([^/]+)/events/public", asked.path)
        return ["own", str(self.accounts[own[1]])] if own else None

    def looks(self, asked: Asked) -> str:
        return str(self._asked_for(asked) or "")

    def missing(self, asked: Asked, said: Said) -> list[str]:
        number = self._asked_for(asked)
        return [f"export#{number}"] if number and not self._is_there(number) else []

    def _asked_for(self, asked: Asked) -> int | None:
        given = json.loads(asked.body)["variables"] if asked.path == "/graphql" else {}
        return given.get("number")

    def declared(self, asked: Asked) -> bool:
        return asked.path == "/graphql" and asked.json()["query"].startswith("query")

    def keyed(self, asked: Asked) -> bool:
        return bool(asked.bearer)


def _talked(part: Any) -> Iterator[str]:
    for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _talked(each)
    if isinstance(part, dict) and "body" in part:
        is_first = "title" in part
        yield f"export#{part['url'].rpartition('/')[2]}" if is_first else str(part["id"])


def _posts(part: Any) -> Iterator[str]:
    for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _posts(each)
    if isinstance(part, dict) and "body" in part:
        yield f"export#{part['number']}" if "number" in part else part["node_id"]
