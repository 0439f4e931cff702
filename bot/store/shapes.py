"""Between rows and domain values: posts, conversations, presses and handles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Row, Text, cast

from bot.domain.looks import look_at
from bot.domain.model import (
    Author,
    Conversation,
    DaysOff,
    Evidence,
    Handle,
    Lane,
    Post,
    Press,
    Standing,
    Status,
    Verb,
    Visibility,
)
from bot.domain.ports import Move, Placed
from bot.store.tables.conversations import conversation
from bot.store.upsert import new_id

_STANDING = TypeAdapter(Standing)
_OFF = TypeAdapter(tuple[DaysOff, ...])

SETTLED = (Status.ANSWERED, Status.CLOSED)
_C = conversation.c
CONVERSATION: tuple[ColumnElement[Any], ...] = (
    _C.id,
    _C.network,
    _C.root,
    _C.author,
    _C.episode,
    _C.handle_id,
    _C.url,
    _C.endpoint,
    _C.revision,
    _C.looked_at,
    _C.created_at,
    _C.unseen_since,
    _C.tried_at,
    cast(_C.standing, Text).label("standing"),
)
"""What `conversation_of` reads of a row."""


@lru_cache(maxsize=10_000)
def _standing(text: str) -> Standing:
    """What is open is read again and again as it stood before, and to decode it takes the longest."""
    return _STANDING.validate_json(text)


def standing_json(standing: Standing) -> dict[str, Any]:
    """The whole standing as JSON: ids, times and kinds, no words."""
    plain: dict[str, Any] = _STANDING.dump_python(standing, mode="json")
    plain["uncovered"] = sorted(plain["uncovered"])
    return plain


def conversation_row(one: Conversation, at: datetime) -> dict[str, Any]:
    """What is stored of a conversation, the columns that indexes need beside the whole."""
    standing = one.standing
    settled_at = at if standing.status in SETTLED else None
    return {
        "id": one.id,
        "network": one.network,
        "root": one.root,
        "author": one.author or "",
        "episode": one.episode,
        "handle_id": one.handle,
        "url": one.url,
        "endpoint": one.endpoint,
        "revision": one.revision,
        "status": standing.status.value,
        "lane": standing.lane.value,
        "waiting_since": standing.waiting_since,
        "holder": standing.holder,
        "asked": standing.asked,
        "wake_at": standing.wake_at,
        "settled_at": settled_at,
        "looked_at": one.looked_at,
        "created_at": one.created_at or at,
        "standing": standing_json(standing),
        "unseen_since": one.unseen_since,
        "tried_at": one.tried_at,
        "look_at": look_at(replace(one, created_at=one.created_at or at), settled_at),
    }


def conversation_of(row: Row[Any]) -> Conversation:
    """A conversation as the domain knows it; the row has the columns of `CONVERSATION`."""
    return Conversation(
        id=row.id,
        network=row.network,
        root=row.root,
        author=row.author or None,
        episode=row.episode,
        standing=_standing(row.standing),
        handle=row.handle_id,
        url=row.url,
        endpoint=row.endpoint,
        revision=row.revision,
        looked_at=row.looked_at,
        created_at=row.created_at,
        unseen_since=row.unseen_since,
        tried_at=row.tried_at,
    )


def contact_row(author: Author) -> dict[str, Any]:
    """The words that an author is known by."""
    return {
        "author_id": author.id,
        "handle": author.handle,
        "name": author.name,
        "url": author.url,
        "is_bot": author.is_bot,
    }


def post_row(placed: Placed, at: datetime) -> dict[str, Any]:
    """What is stored of a post. A post that is gone keeps no words."""
    post, gone = placed.post, placed.post.gone_at is not None
    return {
        "network": post.network,
        "id": post.id,
        "author_id": post.author.id,
        "url": post.url,
        "text": "" if gone else post.text,
        "warning": None if gone else post.warning,
        "created_at": post.created_at,
        "edited_at": post.edited_at,
        "named_us_at": post.named_us_at,
        "gone_at": post.gone_at,
        "missing_since": placed.missing_since,
        "first_seen": at,
        "parent": post.parent,
        "told_root": post.root,
        "root": placed.root,
        "refs": list(post.refs),
        "names": sorted(post.names),
        "visibility": post.visibility.value,
        "language": post.language,
        "client": post.client,
        "position": post.order,
        "lane": placed.lane.value if placed.lane else None,
        "conversation_id": placed.conversation,
        "source_id": placed.source,
        "wording": None if gone else placed.wording,
        "sign": post.sign,
        "member_of": post.member_of or None,
    }


def placed_of(row: Row[Any]) -> Placed:
    """A stored post with its author, as the domain knows it."""
    author = Author(row.author_id, row.handle, row.name, row.author_url, row.is_bot)
    post = Post(
        network=row.network,
        id=row.id,
        url=row.url,
        author=author,
        text=row.text,
        created_at=row.created_at,
        parent=row.parent,
        root=row.told_root,
        refs=tuple(row.refs),
        names=frozenset(row.names),
        visibility=Visibility(row.visibility),
        warning=row.warning,
        language=row.language,
        client=row.client,
        edited_at=row.edited_at,
        named_us_at=row.named_us_at,
        order=row.position,
        gone_at=row.gone_at,
        sign=row.sign,
        member_of=row.member_of or "",
    )
    lane = Lane(row.lane) if row.lane else None
    return Placed(post, row.root, lane, row.conversation_id, row.source_id, row.wording, row.missing_since)


def evidence_row(conversation: str, seen: Evidence, at: datetime) -> dict[str, Any]:
    """One answer of ours; the same one is the same row each time it is seen."""
    return {
        "conversation_id": conversation,
        "token": seen.post or f"{seen.by or ''}@{seen.at.isoformat()}",
        "post": seen.post,
        "url": seen.url,
        "by": seen.by,
        "at": seen.at,
        "strength": seen.strength.value,
        "verified": seen.verified,
        "mentions": sorted(seen.mentions),
        "gone_at": seen.gone_at,
        "first_seen": at,
    }


def move_row(move: Move) -> dict[str, Any]:
    """One line of the journal, with the columns of the press that caused it."""
    press = move.press
    return {
        "conversation_id": move.conversation,
        "verb": press.verb.value if press else move.verb,
        "wait": move.wait,
        "by": move.by,
        "at": move.at,
        "face": move.face,
        "before": move.before,
        "after": move.after,
        "press_id": (press.id or new_id()) if press else None,
        "covers": sorted(press.covers) if press else [],
        "to": press.to if press else None,
        "until": press.until if press else None,
        "post": press.post if press else None,
        "undoes": press.undoes if press else None,
    }


def press_of(row: Row[Any]) -> Press:
    """The press of a journal line that has one."""
    return Press(
        id=row.press_id,
        verb=Verb(row.verb),
        wait=row.wait,
        by=row.by,
        at=row.at,
        covers=frozenset(row.covers),
        to=row.to,
        until=row.until,
        post=row.post,
        undoes=row.undoes,
    )


def move_of(row: Row[Any]) -> Move:
    """One line of the journal as the domain knows it."""
    press = press_of(row) if row.press_id else None
    return Move(
        row.conversation_id, row.verb, row.wait, row.by, row.at, row.face, row.before, row.after, press
    )


def handle_of(row: Row[Any]) -> Handle:
    """One of our accounts."""
    return Handle(
        network=row.network,
        author_id=row.author_id,
        name=row.name,
        teammate=row.teammate_id,
        home=row.home,
        proved=row.proved,
        since=row.since,
        until=row.until,
        id=row.id,
    )


def owned(workspace: str, rows: list[dict[str, Any]]) -> list[Mapping[str, Any]]:
    """The same rows, said to be this Workspace's."""
    return [{"workspace_id": workspace, **row} for row in rows]


def days_off(told: Any) -> tuple[DaysOff, ...]:
    """From a column of JSON that may be empty."""
    return _OFF.validate_python(told) if told else ()


def days_off_row(off: tuple[DaysOff, ...]) -> list[dict[str, Any]] | None:
    """Dates and reasons as JSON; None for none."""
    plain: list[dict[str, Any]] = _OFF.dump_python(off, mode="json")
    return plain or None
