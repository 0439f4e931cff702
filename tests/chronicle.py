"""A small stand-in's own log, in the lines that the referee reads; nothing of the bot writes or reads it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any


class Chronicle:
    """What happened on one network and what was asked of it, in order.

    kind: `parents` where posts point to what they answer, `flat` where their order in a thread says it,
    `feed` where entries are shown and nothing else. Facts of the network: `keeps` whether a post says what it
    answered also after that is gone, `whose` also whose that was, `likely` whether an answer there can be no
    more than likely, `carries` whether a reply names by itself those whom the post that it answers named,
    `everything` whether all that is said there is watched as said to the team.
    """

    def __init__(self, clock: Callable[[], datetime], network: str, kind: str, **facts: bool) -> None:
        self._clock = clock
        self._network = network
        self.lines: list[dict[str, Any]] = []
        self.said: list[dict[str, Any]] = []
        self._write("network", network=network, what=kind, **facts)

    def account(self, id: str, acct: str, *, member: bool = False) -> None:
        """Somebody is there; whether the network says that they are of the team."""
        self._write("account", network=self._network, server="", id=id, acct=acct, bot=False, member=member)

    def posted(self, id: str, author: str, text: str, **more: Any) -> None:
        """Somebody wrote. more: mentions (ids of accounts), parent, or thread and place in it; `told` are
        those whom the network tells of it though it names nobody."""
        plain = {"parent": "", "mentions": [], "visibility": "public", "application": ""}
        at = self._stamp()
        told = {"id": id, "author": author, "text": text, "created_at": at}
        self._write("posted", network=self._network, server="", **{**plain, **told, **more})

    def edited(self, id: str, text: str, mentions: Iterable[str] = ()) -> None:
        """It has other words now, and names these."""
        self._write("edited", server="", id=id, text=text, mentions=list(mentions))

    def deleted(self, id: str) -> None:
        """It is gone for every reader."""
        self._write("deleted", server="", id=id)

    def restored(self, id: str) -> None:
        """It is there again."""
        self._write("restored", server="", id=id)

    def request(self, method: str, path: str, status: int, shown: Iterable[str] = (), **more: Any) -> None:
        """The bot asked. more: `who` by whose key; `lists` is what the answer is all of (`[what, account]`),
        `looks` the thread that was asked for; `asks` the posts that were, each with its thread, and `missing`
        those of them that are not there, where the path says neither; `declared` a POST without which nobody
        can read, as to sign in; `dropped` where it did not arrive whole."""
        kind = "request" if method in ("GET", "HEAD") or more.get("declared") else "violation"
        plain = {"port": "bot", "server": "", "who": "", "query": [], "dropped": False, "user_agent": ""}
        told = {"method": method, "path": path, "status": status, "shown": list(shown)}
        self._write(kind, **{**plain, **told, **more})

    def failed(self) -> None:
        """A request meets a fault."""
        self._write("fault")

    def rang(self, who: str, channel: str, ts: str) -> None:
        """The bot told somebody something in Slack; what it was is not told here."""
        message = {"ts": ts, "text": f"message {ts}", "bot_id": "B1", "blocks": []}
        self.said.append(self._line("message", {"channel": channel, "message": message, "rings": [who]}))

    def save(self, folder: Path) -> None:
        """Written down as the sandbox writes its own."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, lines in (("network", self.lines), ("slack", self.said)):
            text = "".join(json.dumps(line) + "\n" for line in lines)
            (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")

    def _write(self, kind: str, **fields: Any) -> None:
        self.lines.append(self._line(kind, fields))

    def _line(self, kind: str, fields: dict[str, Any]) -> dict[str, Any]:
        seq = 1 + len(self.lines) + len(self.said)
        return {"seq": seq, "world": self._stamp(), "wire": 0.0, "kind": kind, **fields}

    def _stamp(self) -> str:
        return self._clock().isoformat()
