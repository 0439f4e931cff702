"""What every connector's page needs: one broken post costs no other, and a cursor is known by its version.

read_each(rows, read, name) -> (posts, broken)     raises ChangedFormat when none can be read
keep_place(version, **values) -> cursor text       known_place(cursor, version) -> Part
set_beside(page) -> page                            what colleagues wrote is no Mention
print_of(post) -> a short hash of what it says      tells an edit where the network marks none
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import TypeVar

from bot.domain.connector import Broken, Page
from bot.domain.errors import ChangedFormat
from bot.domain.model import Post
from bot.reading.payload import Malformed, Part, parse_json

Row = TypeVar("Row")


def read_each(
    rows: Sequence[Row], read: Callable[[Row], Post | None], name: Callable[[Row], str]
) -> tuple[list[Post], tuple[Broken, ...]]:
    """The posts of some rows, each once, in the rows' order; a row that cannot be read stands apart.

    `read` gives None for what is to be passed over, `name` the ref of a broken row. Where several rows
    stand and none can be read, the network changed: that is an error, never an empty page.
    """
    posts: dict[str, Post] = {}
    broken: list[Broken] = []
    for row in rows:
        try:
            post = read(row)
        except Malformed as why:
            broken.append(Broken(name(row), str(why)))
            continue
        if post:
            posts[post.id] = post
    if len(broken) == len(rows) > 1:
        raise ChangedFormat(f"none of {len(rows)} posts could be read: {broken[0].why}")
    return list(posts.values()), tuple(broken)


def set_beside(page: Page) -> Page:
    """What those wrote who run the place stands around what others did."""
    others = tuple(post for post in page.posts if not post.member_of)
    return replace(page, posts=others, around=tuple(post for post in page.posts if post.member_of))


def print_of(post: Post) -> str:
    """A short hash of what a post says: tells an edit where the network marks none, and keeps no words."""
    return sha256(post.text.encode("utf-8", "replace")).hexdigest()[:12]


def keep_place(version: int, **values: object) -> str:
    """A cursor: opaque text for everyone but the connector that wrote it."""
    return json.dumps({"v": version, **values}, separators=(",", ":"))


def known_place(cursor: str, version: int) -> Part:
    """A cursor's values; ChangedFormat for one of another version, since reading it as new loses posts."""
    found = parse_json(cursor.encode("utf-8", "replace"))
    if found["v"].integer() != version:
        raise ChangedFormat("where this Source stands was written by another version of By Hand")
    return found
