"""What a request of the bot asked for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any

from tests.referee.lines import Line
from tests.referee.world import Post, World


def lists_mentions(world: World, line: Line, accounts: Iterable[str]) -> bool:
    """Whether it is the list of what names one of the accounts: by Mastodon's path, or as the log says."""
    if line.get("lists"):
        return any(line["lists"] == ["mentions", id] for id in accounts)
    asks = {_reader_of(world, id) for id in accounts}
    return line["path"] == "/api/v1/notifications" and _by(line) in asks


def lists_own(line: Line, account: str) -> bool:
    if line.get("lists"):
        return bool(line["lists"] == ["own", account])
    return bool(line["path"] == f"/api/v1/accounts/{account}/statuses")


def _reader_of(world: World, account: str) -> tuple[str, Any]:
    """Who asks with this account's key, and where."""
    return world.accounts[account]["acct"], world.accounts[account].get("server")


def _by(line: Line) -> tuple[str, Any]:
    return line["who"], line.get("server")


def hears(world: World, account: str) -> bool:
    """Whether what names this account is watched."""
    return any(source["kind"] == "mentions" for source in listening(world, account))


def listening(world: World, account: str) -> list[Line]:
    """The Sources that find what is said to this account, not what it says."""
    ids = {handle["author_id"] for handle in world.ours.get(account, ())}
    there = (source for source in world.lists["sources"] if source["account"] in ids)
    return [source for source in there if source["kind"] != "own"]


def is_shown_to_us(world: World, post: Post) -> bool:
    """Whether a key with which we read is of somebody who wrote it or whom it names."""
    keys = {_by(line) for line in world.requests if line["who"]}
    return any(_reader_of(world, id) in keys for id in (post.author, *post.named))


def is_not_there(line: Line, post: Post) -> bool:
    """Whether it was asked for, by the path or as the log says, and is not there."""
    return post.id in line.get("missing", ()) or (line["status"] in (404, 410) and post.id in line["path"])


def goes_on(line: Line, post: Post) -> bool:
    """Whether it is the topic of a post, which it does not show."""
    whole = line["status"] == 200 and not line.get("dropped") and line.get("looks")
    return bool(whole) and line["looks"] == post.thread and post.id not in line["shown"]


def is_look(world: World, line: Line, ids: Collection[str]) -> bool:
    """Whether it was asked for the thread of these posts: by the paths of Mastodon and Hacker News, or as the
    log says."""
    if line.get("looks"):
        return any(world.posts[id].thread == line["looks"] for id in ids)
    if line.get("asks"):
        return not set(line["asks"]).isdisjoint(ids)
    parts = set(re.split(r"[/.]", line["path"]))
    return not parts.isdisjoint(ids) and not parts.isdisjoint({"context", "item", "items"})
